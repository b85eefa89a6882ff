// A single-page app without a build step: a route picks a view, a view fills a template from index.html.

const main = document.querySelector("#main");
const message = document.querySelector("#message");

const routes = [
  [/^\/$/, showList],
  [/^\/new$/, showNew],
  [/^\/orders\/(\d+)$/, showOrder],
];

async function api(method, path, body) {
  const response = await fetch(`/api${path}`, {
    method,
    headers: { Accept: "application/json", ...(body && { "Content-Type": "application/json" }) },
    body: body && JSON.stringify(body),
  });
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  const text = await response.text();
  const answer = isJson && text ? JSON.parse(text) : null;
  if (!response.ok) throw new Error(answer?.error ?? answer?.message ?? `The server answered ${response.status}.`);
  return answer;
}

let latest = 0;

async function render() {
  const turn = ++latest; // of two quick clicks the later one wins, whichever answer comes first
  const [, view, ...parameters] = match(location.pathname);
  let content;
  try {
    content = await view(...parameters);
  } catch (error) {
    content = problem(error.message);
  }
  if (turn !== latest) return;
  main.replaceChildren(content);
  document.title = `${main.querySelector("h1").textContent} · Orders`;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function match(path) {
  for (const [pattern, view] of routes) {
    const found = path.match(pattern);
    if (found) return [path, view, ...found.slice(1)];
  }
  return [path, () => problem(`There is no page ${path}.`)];
}

async function go(path) {
  history.pushState(null, "", path);
  await render();
  main.focus({ preventScroll: true });
  scrollTo(0, 0);
}

function template(id) {
  return document.querySelector(`#${id}`).content.cloneNode(true);
}

function problem(text) {
  const view = template("problem");
  view.querySelector("[data-field=text]").textContent = text;
  return view;
}

async function showList() {
  const { orders } = await api("GET", "/orders");
  const view = template("list");
  view.querySelector("table").hidden = orders.length === 0;
  view.querySelector(".empty").hidden = orders.length > 0;
  view.querySelector("tbody").append(...orders.map(row));
  return view;
}

function row(order) {
  const link = Object.assign(document.createElement("a"), { href: `/orders/${order.id}`, textContent: order.id });
  link.dataset.link = "";
  const status = Object.assign(document.createElement("span"), { className: "status", textContent: order.status });
  status.dataset.status = order.status;
  const cells = [link, order.customer, order.item, order.quantity, status].map((content) => {
    const cell = document.createElement("td");
    cell.append(content);
    return cell;
  });
  cells[3].className = "number";
  const line = document.createElement("tr");
  line.append(...cells);
  return line;
}

function showNew() {
  const view = template("new");
  onSubmit(view.querySelector("form"), async (fields) => {
    const order = await api("POST", "/orders", { ...fields, quantity: Number(fields.quantity) });
    await go(`/orders/${order.id}`);
    say(`Order ${order.id} created.`);
  });
  return view;
}

async function showOrder(id) {
  const order = await api("GET", `/orders/${id}`);
  const view = template("detail");
  view.querySelector("h1").textContent = `Order ${order.id}`;
  const shown = { ...order, created: new Date(order.created).toLocaleString() };
  for (const field of view.querySelectorAll("[data-field]")) field.textContent = shown[field.dataset.field];
  const form = view.querySelector("form");
  form.elements.status.value = order.status;
  onSubmit(form, async (fields) => {
    await api("PUT", `/orders/${id}`, fields);
    say("Status saved.");
  });
  form.querySelector(".danger").addEventListener("click", () => attempt(async () => {
    if (!confirm(`Delete order ${id}?`)) return;
    await api("DELETE", `/orders/${id}`);
    await go("/");
    say(`Order ${id} deleted.`);
  }));
  return view;
}

function onSubmit(form, action) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    await attempt(() => action(Object.fromEntries(new FormData(form))));
    button.disabled = false;
  });
}

async function attempt(action) {
  try {
    await action();
  } catch (error) {
    say(error.message, true);
  }
}

let quiet;

function say(text, failed = false) {
  message.textContent = text;
  message.classList.toggle("failed", failed);
  clearTimeout(quiet);
  quiet = setTimeout(() => (message.textContent = ""), 5000);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-link]");
  if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(link.pathname);
});
addEventListener("popstate", render);
render();
