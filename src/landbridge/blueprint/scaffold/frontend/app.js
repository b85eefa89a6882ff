document.querySelector("#path").textContent = location.pathname;

const message = document.querySelector("#message");
try {
  const response = await fetch("/api/hello");
  const answer = await response.json();
  message.textContent = answer.message ?? answer.error;
} catch (error) {
  message.textContent = `The backend does not answer: ${error.message}`;
}
