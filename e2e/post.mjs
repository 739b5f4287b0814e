// Why this file exists: a mail server of a few lines, so that journeys can read the letters that were really sent.
import { createServer } from "node:net";

/** Starts one; `letters` fills as they arrive: {to, subject, text, id}. */
export async function postOffice() {
  const letters = [];
  const server = createServer((socket) => {
    let to = "";
    let letter = null; // the lines of the letter while it is read
    let rest = "";
    socket.setEncoding("utf8");
    socket.write("220 localhost ready\r\n");
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      const lines = (rest + chunk).split("\r\n");
      rest = lines.pop();
      for (const line of lines) {
        if (letter !== null) {
          if (line !== ".") {
            letter.push(line.replace(/^\./, ""));
            continue;
          }
          letters.push({ to, ...read(letter.join("\n")) });
          letter = null;
          socket.write("250 taken\r\n");
        } else if (/^EHLO/i.test(line)) socket.write("250-localhost\r\n250 8BITMIME\r\n");
        else if (/^RCPT/i.test(line)) {
          to = line.match(/<(.*?)>/)[1];
          socket.write("250 fine\r\n");
        } else if (/^DATA/i.test(line)) {
          letter = [];
          socket.write("354 go ahead\r\n");
        } else if (/^QUIT/i.test(line)) socket.end("221 bye\r\n");
        else socket.write("250 fine\r\n");
      }
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { letters, port: server.address().port, close: () => server.close() };
}

/** The parts of a letter that a reader sees. */
function read(raw) {
  const [head, ...body] = raw.split("\n\n");
  const unfolded = head.replace(/\n[ \t]/g, " ");
  const header = (name) => unfolded.match(new RegExp(`^${name}: (.*)$`, "im"))?.[1] ?? "";
  const decoded = (text) =>
    text.replace(/\?= =\?utf-8/g, "?==?utf-8").replace(/=\?utf-8\?b\?(.*?)\?=/gi, (_, word) => Buffer.from(word, "base64").toString());
  const content = body.join("\n\n");
  const base64 = /base64/i.test(header("Content-Transfer-Encoding"));
  const text = base64 ? Buffer.from(content, "base64").toString() : content;
  return { id: header("Message-ID"), subject: decoded(header("Subject")), text };
}
