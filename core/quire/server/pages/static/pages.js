// What a page does beyond showing: it keeps itself up to date, and tells times in the reader's own zone.
// Everything can be read and done without it.

const body = document.body;
const clockOffset = Number(body.dataset.now) - Date.now();
const leastPause = 1000;

// Regions: the parts of the page that the server may have changed, with their text as it sent them.

const sources = new Map();
const regions = (root) => root.querySelectorAll("[data-region]");

function remember() {
  for (const region of regions(document)) sources.set(region.dataset.region, region.innerHTML);
}

function replace(region, fresh) {
  const focused = region.contains(document.activeElement) ? describe(document.activeElement) : null;
  const open = [...region.querySelectorAll("details[id][open]")].map((details) => details.id);
  region.innerHTML = fresh;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (focused) region.querySelector(focused)?.focus({ preventScroll: true });
}

function describe(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const href = element.getAttribute("href");
  if (href) return `a[href="${CSS.escape(href)}"]`;
  const owner = element.closest("details[id]");
  return owner ? `#${CSS.escape(owner.id)} ${element.localName}` : null;
}

async function refresh() {
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (answer.status === 401) return location.reload();
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const region of regions(document)) {
    const name = region.dataset.region;
    const found = fresh.querySelector(`[data-region="${name}"]`);
    if (!found || found.innerHTML === sources.get(name)) continue;
    const before = region.querySelector("[data-announce]")?.textContent.trim();
    sources.set(name, found.innerHTML);
    replace(region, found.innerHTML);
    const after = region.querySelector("[data-announce]")?.textContent.trim();
    if (after && after !== before) document.querySelector("[data-announcer]").textContent = after;
  }
  if (!fresh.body.dataset.events) stop();
  dress();
}

// Events: the server says that something changed; at most once a second the page asks what.

let stream = null;
let planned = null;
let asking = false;
let missed = false;
let last = 0;

function plan() {
  // What changes while the page is asked for may not be in the answer.
  if (asking) missed = true;
  else planned ??= setTimeout(ask, Math.max(0, last + leastPause - Date.now()));
}

async function ask() {
  planned = null;
  asking = true;
  try {
    await refresh();
  } catch {
    // The server is away; the stream says when it is back, and plans anew.
  } finally {
    asking = false;
    last = Date.now();
    if (missed) plan();
    missed = false;
  }
}

function start() {
  if (stream || !body.dataset.events) return;
  stream = new EventSource(body.dataset.events);
  stream.addEventListener("changed", plan);
  stream.addEventListener("open", () => showLive(true));
  stream.addEventListener("error", () => showLive(false));
}

function stop() {
  stream?.close();
  stream = null;
  showLive(false);
}

function showLive(isLive) {
  const sign = document.querySelector("[data-live]");
  if (sign) sign.hidden = !isLive;
}

// Times

const two = (number) => String(number).padStart(2, "0");
const clock = (time) => [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":");
const day = (time) => [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");

function duration(milliseconds) {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(Math.floor(seconds % 60))} s`;
  return `${Math.floor(seconds / 3600)} h ${two(Math.floor((seconds % 3600) / 60))} min`;
}

function dress() {
  for (const element of document.querySelectorAll("time[datetime]")) {
    const time = new Date(element.dateTime);
    element.textContent = "clock" in element.dataset ? clock(time) : `${day(time)} ${clock(time)}`;
    element.title = `${element.dateTime.replace("T", " ").replace("Z", "")} UTC`;
  }
  tick();
}

function tick() {
  const now = Date.now() + clockOffset;
  for (const element of document.querySelectorAll("[data-since]")) {
    element.textContent = duration(now - new Date(element.dataset.since));
  }
  for (const element of document.querySelectorAll("[data-until]")) {
    element.textContent = duration(new Date(element.dataset.until) - now);
  }
}

// Beginning

const filters = document.querySelector("[data-filters]");
filters?.addEventListener("change", (event) => {
  if (event.target.localName === "select") filters.requestSubmit();
});
filters?.addEventListener("formdata", (event) => {
  for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
});
document.addEventListener("visibilitychange", () => (document.hidden ? stop() : start()));
remember();
dress();
setInterval(tick, 1000);
if (!document.hidden) start();
