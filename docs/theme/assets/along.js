/* A second copy button for each block that lacks something: it copies the block with what it
   needs. And the section that a report of an error speaks of. Without this file both fall away. */

const arriving = {};

/* A page's file of texts calls this: paragraphs, and of which of them each block is made. */
window.pasted = (paragraphs, blocks) => {
  window.pasted.last = blocks.map((block) => block.map((i) => paragraphs[i]).join("\n\n\n"));
};

/* Asked for as a script: a page that is a file on a disk may load nothing else. */
function texts(file) {
  arriving[file] ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = file;
    script.onload = () => resolve(window.pasted.last);
    script.onerror = reject;
    document.head.append(script);
  });
  return arriving[file];
}

async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {  // an old browser, or a page whose address is not secure
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

function button(block) {
  const address = new URL(block.dataset.paste, location.href);
  const number = address.hash.slice(1);
  address.hash = "";
  const made = document.createElement("button");
  made.className = "md-code__button";
  made.dataset.mdType = "paste";
  made.title = "Copy with what it needs: imports, definitions, earlier lines";
  const load = () => texts(address.href).catch(() => {});  // ready when it is pressed
  made.addEventListener("pointerenter", load);
  made.addEventListener("focus", load);
  made.addEventListener("click", async () => {
    const text = (await texts(address.href))[number];
    await write(text);
    made.focus();
    window.alert$.next(`Copied with what it needs, ${text.trimEnd().split("\n").length} lines`);
  });
  return made;
}

/* Where the reader last came to rest: who reports has scrolled back to the link since. */
let section = "";
let rest;
addEventListener("scroll", () => {
  clearTimeout(rest);
  rest = setTimeout(() => {
    const headings = [...document.querySelectorAll("article :is(h2, h3)[id]")];
    const above = headings.filter((h) => h.getBoundingClientRect().top < innerHeight / 2);
    section = above.at(-1)?.textContent.replace("¶", "").trim() ?? section;
  }, 400);
}, { passive: true });

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-report]");
  if (!link) return;
  const address = new URL(link.href);
  address.searchParams.set("section", section);
  link.href = address;
}, true);

function dress() {
  section = "";
  document.querySelector(".md-dialog").setAttribute("role", "status");  // what it says is spoken
  for (const block of document.querySelectorAll("[data-paste]:not(:has([data-md-type=paste]))")) {
    let buttons = block.querySelector(".md-code__nav");
    if (!buttons) {
      buttons = document.createElement("div");
      buttons.className = "md-code__nav";
      block.querySelector("pre").prepend(buttons);
    }
    buttons.append(button(block));
  }
}

/* In a folder without a server Material's word that a page is there may never come. */
if (location.protocol === "file:") addEventListener("DOMContentLoaded", dress);
else window.document$.subscribe(dress);
