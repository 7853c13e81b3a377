// The marks of Markdown by button and key. Goes through the browser's own editing, so that undo keeps working.
const WRAPS = { bold: ["**", "**"], italic: ["*", "*"] };
const KEYS = { b: "bold", i: "italic" };

/** Put this text where the cursor is, in place of what is selected. `select`: what of it is selected afterwards. */
export function insert(area, text, select) {
  area.focus();
  const start = area.selectionStart;
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, start, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (select) {
    const at = start + text.indexOf(select);
    area.setSelectionRange(at, at + select.length);
  }
}

/** A block of its own: an empty line before and behind it. */
export function insertBlock(area, text, select) {
  const before = area.value.slice(0, area.selectionStart);
  const gap = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  insert(area, `${gap}${text}\n`, select);
}

function wholeLines(area) {
  const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const end = area.value.indexOf("\n", area.selectionEnd);
  area.setSelectionRange(start, end < 0 ? area.value.length : end);
  return area.value.slice(area.selectionStart, area.selectionEnd);
}

const MARKS = {
  heading: (area) => insert(area, `## ${wholeLines(area).replace(/^#+\s*/, "")}`),
  list: (area) => insert(area, wholeLines(area).split("\n").map((line) => `- ${line.replace(/^[-*]\s+/, "")}`).join("\n")),
  link: (area, words) => {
    const said = area.value.slice(area.selectionStart, area.selectionEnd) || words;
    insert(area, `[${said}](https://)`, "https://");
  },
  table: (area, words) => insertBlock(area, `| ${words} 1 | ${words} 2 |\n|---|---|\n|  |  |`, `${words} 1`),
  callout: (area) => insertBlock(area, "::: misging\n\n:::"),
};

function mark(area, name, words) {
  if (!WRAPS[name]) return MARKS[name](area, words);
  const [before, after] = WRAPS[name];
  insert(area, before + area.value.slice(area.selectionStart, area.selectionEnd) + after);
  if (area.selectionStart === area.selectionEnd) {
    const at = area.selectionEnd - after.length;
    area.setSelectionRange(at, at);
  }
}

/** Let the buttons of this toolbar work on these texts, on the one written in last: one stop for Tab, arrows within. */
export function toolbar(bar, areas) {
  let [area] = areas;
  const buttons = [...bar.querySelectorAll("button")];
  buttons.forEach((button, at) => (button.tabIndex = at ? -1 : 0));
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-mark]");
    if (button) mark(area, button.dataset.mark, button.dataset.words);
  });
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = buttons.at((buttons.indexOf(document.activeElement) + step) % buttons.length);
    buttons.forEach((button) => (button.tabIndex = button === next ? 0 : -1));
    next.focus();
  });
  for (const each of areas) {
    each.addEventListener("focus", () => (area = each));
    each.addEventListener("keydown", (event) => {
      const name = (event.ctrlKey || event.metaKey) && !event.altKey && KEYS[event.key];
      if (!name) return;
      event.preventDefault();
      mark(each, name);
    });
  }
}
