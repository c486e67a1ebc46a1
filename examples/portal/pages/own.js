// A front end of your own: the answer arrives as Server-Sent Events, sentence by sentence.
const PARKBOT = "https://parkbot.example";
const KEY = "pk_…";

const form = document.querySelector("form");
const answer = document.querySelector(".answer");
let conversation = "new"; // later the id that answers bear: what follows is understood in its light

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  answer.replaceChildren();
  try {
    for await (const { type, data } of ask(form.elements.question.value)) {
      if (type === "block") show(data.text, data.kind);
      if (type === "answer") finish(data);
      if (type === "error") show(data.detail, "frame");
    }
  } catch (error) {
    show(`没有得到回答：${error.message}`, "frame");
  }
});

async function* ask(question) {
  const response = await fetch(`${PARKBOT}/v1/ask`, {
    method: "POST",
    headers: { Authorization: `Bearer ${KEY}`, "Content-Type": "application/json" },
    body: JSON.stringify({ question, stream: true, conversation_id: conversation }),
  });
  if (!response.ok) throw new Error((await response.json()).detail);
  let text = "";
  for await (const part of chunks(response.body.pipeThrough(new TextDecoderStream()))) {
    const events = (text + part).split("\n\n");
    text = events.pop();
    for (const event of events) {
      const type = /^event: (.*)$/m.exec(event);
      const data = /^data: (.*)$/m.exec(event); // a line that begins with a colon only keeps the connection
      if (type && data) yield { type: type[1], data: JSON.parse(data[1]) };
    }
  }
}

async function* chunks(stream) { // not every browser iterates a stream by itself
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}

// Answers are data, never markup: text goes in by textContent.
function show(text, kind) {
  const line = document.createElement("p");
  line.className = kind;
  line.textContent = text;
  answer.append(line);
}

function finish({ citations, conversation_id: id }) {
  conversation = id || "new";
  const list = document.createElement("ol");
  for (const { document_title: title, locator, text_kind: kind } of citations) {
    const entry = document.createElement("li");
    entry.textContent = `《${title}》${locator}${kind === "digest" ? "（摘要，非原文）" : ""}`;
    list.append(entry);
  }
  answer.append(list);
}
