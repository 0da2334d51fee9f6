//! Deployments, and what became of them.

use http::Method;
use serde_json::{Value, json};

use crate::embedded::call::{Call, text};
use crate::embedded::reply::{Answer, Reply};
use crate::embedded::route::Route;
use crate::embedded::shape::node;
use crate::embedded::state::{Deployment, DeploymentStatus};

pub(super) const ROUTES: &[Route] = &[
    Route::get("deployments", "deployments", list),
    Route::get("deployments/{deployment}", "deployments", get),
    Route::get("deployments/{deployment}/statuses", "deployments", statuses),
    Route::change(Method::POST, "deployments", "deployments", create),
    Route::change(Method::POST, "deployments/{deployment}/statuses", "deployments", report),
];

/// Newest first.
fn list(call: &mut Call<'_>) -> Answer {
    let holds = |name: &str, value: &str| call.query(name).is_none_or(|asked| asked == "none" || asked == value);
    let admitted = |deployment: &&Deployment| {
        holds("sha", &deployment.sha)
            && holds("ref", &deployment.reference)
            && holds("task", &deployment.task)
            && holds("environment", &deployment.environment)
    };
    let deployments = call.state.deployments.iter().rev().filter(admitted);
    let deployments = deployments.map(|deployment| deployment_json(call, deployment)).collect();
    Ok(call.list(deployments))
}

fn get(call: &mut Call<'_>) -> Answer {
    let place = place(call)?;
    let deployment = call.state.deployments.get(place).ok_or_else(Reply::not_found)?;
    Ok(Reply::json(deployment_json(call, deployment)))
}

/// Newest first.
fn statuses(call: &mut Call<'_>) -> Answer {
    let place = place(call)?;
    let deployment = call.state.deployments.get(place).ok_or_else(Reply::not_found)?;
    let statuses = deployment.statuses.iter().rev().map(|status| status_json(call, deployment, status)).collect();
    Ok(call.list(statuses))
}

fn create(call: &mut Call<'_>) -> Answer {
    let body = call.json()?;
    let reference = text(&body, "ref").ok_or_else(|| Reply::invalid("Deployment", "ref", "missing_field"))?;
    let missing = || Reply::unprocessable(&format!("No ref found for: {reference}"));
    let sha = call.git.resolve(reference).ok_or_else(missing)?;
    let owned = |name, default: &str| text(&body, name).unwrap_or(default).to_owned();
    let deployment = Deployment {
        id: call.state.id(),
        sha,
        reference: reference.to_owned(),
        task: owned("task", "deploy"),
        environment: owned("environment", "production"),
        description: text(&body, "description").map(str::to_owned),
        payload: body.get("payload").cloned().unwrap_or_else(|| json!({})),
        creator: call.caller.login().to_owned(),
        created_at: call.state.now,
        statuses: Vec::new(),
    };
    let value = deployment_json(call, &deployment);
    call.state.deployments.push(deployment);
    Ok(Reply::created(value))
}

/// Says what became of a deployment. A success ends the earlier ones of its environment.
fn report(call: &mut Call<'_>) -> Answer {
    const STATES: [&str; 7] = ["error", "failure", "inactive", "in_progress", "queued", "pending", "success"];
    let (place, body) = (place(call)?, call.json()?);
    let state = text(&body, "state").filter(|state| STATES.contains(state));
    let state = state.ok_or_else(|| Reply::invalid("DeploymentStatus", "state", "invalid"))?;
    let owned = |name| text(&body, name).unwrap_or_default().to_owned();
    let status = DeploymentStatus {
        id: call.state.id(),
        state: state.to_owned(),
        description: owned("description"),
        log_url: text(&body, "log_url").map_or_else(|| owned("target_url"), str::to_owned),
        environment_url: owned("environment_url"),
        creator: call.caller.login().to_owned(),
        created_at: call.state.now,
    };
    if state == "success" && body.get("auto_inactive").and_then(Value::as_bool) != Some(false) {
        end_others(call, place);
    }
    let deployment = call.state.deployments.get_mut(place).ok_or_else(Reply::not_found)?;
    deployment.statuses.push(status.clone());
    let deployment = call.state.deployments.get(place).ok_or_else(Reply::not_found)?;
    Ok(Reply::created(status_json(call, deployment, &status)))
}

/// What succeeded in the same environment before is not there any more.
fn end_others(call: &mut Call<'_>, place: usize) {
    let environment = call.state.deployments.get(place).map(|deployment| deployment.environment.clone());
    let over = |(number, deployment): &(usize, &Deployment)| {
        let succeeded = deployment.statuses.last().is_some_and(|status| status.state == "success");
        *number != place && succeeded && Some(&deployment.environment) == environment.as_ref()
    };
    let over: Vec<usize> = call.state.deployments.iter().enumerate().filter(over).map(|(number, _)| number).collect();
    for number in over {
        let status = DeploymentStatus {
            id: call.state.id(),
            state: "inactive".to_owned(),
            description: String::new(),
            log_url: String::new(),
            environment_url: String::new(),
            creator: call.caller.login().to_owned(),
            created_at: call.state.now,
        };
        if let Some(deployment) = call.state.deployments.get_mut(number) {
            deployment.statuses.push(status);
        }
    }
}

fn place(call: &Call<'_>) -> Result<usize, Box<Reply>> {
    let id = call.number("deployment")?;
    call.state.deployments.iter().position(|deployment| deployment.id == id).ok_or_else(Reply::not_found)
}

fn deployment_json(call: &Call<'_>, deployment: &Deployment) -> Value {
    let url = call.api(&format!("/deployments/{}", deployment.id));
    let created = deployment.created_at.to_string();
    let updated = deployment.statuses.last().map_or(deployment.created_at, |status| status.created_at).to_string();
    json!({
        "id": deployment.id,
        "node_id": node("DE", deployment.id),
        "url": url,
        "sha": deployment.sha,
        "ref": deployment.reference,
        "task": deployment.task,
        "payload": deployment.payload,
        "original_environment": deployment.environment,
        "environment": deployment.environment,
        "description": deployment.description,
        "creator": call.user(&deployment.creator),
        "created_at": created,
        "updated_at": updated,
        "statuses_url": format!("{url}/statuses"),
        "repository_url": call.api(""),
        "transient_environment": false,
        "production_environment": deployment.environment == "production",
    })
}

fn status_json(call: &Call<'_>, deployment: &Deployment, status: &DeploymentStatus) -> Value {
    let url = call.api(&format!("/deployments/{}", deployment.id));
    let time = status.created_at.to_string();
    json!({
        "id": status.id,
        "node_id": node("DES", status.id),
        "url": format!("{url}/statuses/{}", status.id),
        "state": status.state,
        "creator": call.user(&status.creator),
        "description": status.description,
        "environment": deployment.environment,
        "target_url": status.log_url,
        "log_url": status.log_url,
        "environment_url": status.environment_url,
        "created_at": time,
        "updated_at": time,
        "deployment_url": url,
        "repository_url": call.api(""),
    })
}
