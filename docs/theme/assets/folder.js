/*
 * A page opened from a folder may start no worker, and Material searches in one:
 * there a frame stands in for it. Only pages with a file: address ask for this script.
 */
window.Worker = class extends EventTarget {
  constructor(script) {
    super();
    const frame = document.createElement("iframe");
    frame.hidden = true;
    frame.answer = data => this.dispatchEvent(new MessageEvent("message", { data }));
    frame.srcdoc = `<script>postMessage = data => frameElement.answer(data)</script><script src="${script}"></script>`;
    this.frame = new Promise(ready => (frame.onload = () => ready(frame.contentWindow)));
    document.body.append(frame);
  }

  postMessage(data) {
    this.frame.then(frame => frame.dispatchEvent(new MessageEvent("message", { data })));
  }
};

/* what only the served site has, the zip that this folder came from */
document.head.insertAdjacentHTML("beforeend", "<style>.served { display: none }</style>");
