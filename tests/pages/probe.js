// Runs inside a page that is shown in a frame of a known width: what axe finds, and where the large parts of the page lie.
// Of the boxes only widths and places from the left are told: they are the style's, whatever fonts a machine has. Where the parts of the
// page begin and how high they are is what its picture is cut by.
window.addEventListener("load", async () => {
  const told = { page: window.name, violations: [], wide: [], small: [], boxes: [], parts: [], dark: null };
  const parts = "header, main, section, section > div, section > dl, table, .picture svg, footer";
  for (const part of document.querySelectorAll(parts)) {
    const box = part.getBoundingClientRect();
    const name = part.tagName.toLowerCase() + (part.getAttribute("class") ? "." + part.getAttribute("class") : "");
    told.boxes.push(`${name} ${Math.round(box.left)} ${Math.round(box.width)}${box.height < 1 ? " flat" : ""}`);
  }
  for (const part of document.querySelectorAll("header, section, footer")) {
    const box = part.getBoundingClientRect();
    const name = part.getAttribute("aria-labelledby") || part.tagName.toLowerCase();
    told.parts.push([name, ...[box.top, box.height].map((one) => Math.round(10 * one) / 10)]);
  }
  const brush = document.createElement("canvas").getContext("2d");
  told.letters = ["16px system-ui, sans-serif", "14px ui-monospace, monospace"].map((font) => {
    brush.font = font;
    return Math.round(10 * brush.measureText("Ventana de mantenimiento: 0123456789").width);
  });
  for (const part of document.querySelectorAll("body *")) {
    const box = part.getBoundingClientRect();
    const beyond = box.right > document.documentElement.clientWidth + 1 || (part.tagName === "text" && box.left < 0);
    if (part.tagName !== "CAPTION" && box.width > 0 && beyond) {
      told.wide.push(part.tagName + " " + part.textContent.slice(0, 40));
    }
  }
  // As it is seen: a picture may be shown smaller than it is drawn.
  for (const text of document.querySelectorAll("svg text")) {
    const size = parseFloat(getComputedStyle(text).fontSize) * (text.getScreenCTM()?.a ?? 1);
    if (size < 11) {
      told.small.push(`${text.textContent.slice(0, 40)} ${size.toFixed(1)}px`);
    }
  }
  const levels = [...document.querySelectorAll("h1, h2, h3")].map((one) => Number(one.tagName[1]));
  told.headings = levels.every((level, at) => level <= (levels[at - 1] || 0) + 1) && levels.filter((level) => level === 1).length === 1;
  const [red, green, blue] = getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number);
  told.dark = red + green + blue < 200;
  const found = await axe.run(document, { resultTypes: ["violations"] });
  told.rules = found.violations.length + found.passes.length;
  for (const one of found.violations) {
    told.violations.push(`${one.id} (${one.impact}): ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`);
  }
  const out = parent.document.createElement("pre");
  out.className = "told";
  out.textContent = JSON.stringify(told);
  parent.document.body.append(out);
});
