//! What a workflow's runner reads after a step of its own, and this program does not read after a step of a plan. What a command
//! wrote there would reach the workflow around the deployment, and no later step of the plan.

/// Names of files that the runner reads between the steps of a workflow.
pub const FILES: [&str; 3] = ["GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE"];

/// What a command finds under one of these names: a path where nothing can be, which says what to do to who reads why the write
/// failed. Without quotes, too, it is one word for a shell.
#[must_use]
pub fn nowhere(name: &str) -> String {
    let instead = if name == "GITHUB_PATH" {
        "call-programs-by-their-path"
    } else {
        "write-to-GITHUB_OUTPUT-and-read-steps.ID.outputs.NAME"
    };
    format!("/dev/null/no-{name}-in-a-plan:{instead}")
}
