"use strict";
// Search, keys and times of the list. Without it, the list and its buttons work.
const words = document.getElementById("words");
const list = document.getElementById("list");
const count = document.getElementById("count");
const more = document.getElementById("more");
const PAGE = 100; // rows that are laid out at once: thousands take a second
let rows = []; // of the page; only the first that fit are in the document
let found = [];
let chosen = null;

function read() {
	rows = Array.from(list.children, (item) => ({
		item,
		text: Array.from(item.querySelectorAll(".name, .account, .role, .description"),
			(part) => part.textContent).join(" ").toLowerCase(),
	}));
}

function choose(item) {
	if (chosen)
		chosen.classList.remove("chosen");
	chosen = item;
	if (chosen)
		chosen.classList.add("chosen");
}

function tell() {
	const shown = list.children.length;
	count.textContent = (found.length === rows.length ? "" : found.length + " of ") +
		rows.length + " profile" + (rows.length === 1 ? "" : "s") +
		(found.length > shown ? ", the first " + shown + " are shown" : "");
	more.hidden = found.length <= shown;
}

// A row fits if it has every word, in any order.
function search() {
	const wanted = words.value.toLowerCase().split(" ");
	found = rows.filter((row) => wanted.every((word) => row.text.includes(word)))
		.map((row) => row.item);
	list.replaceChildren(...found.slice(0, PAGE));
	choose(list.firstElementChild);
	tell();
}

function showMore() {
	const shown = list.children.length;
	list.append(...found.slice(shown, shown + PAGE));
	tick();
	tell();
}

function move(step) {
	const focused = document.activeElement.closest("#list > li");
	const at = found.indexOf(focused || chosen) + (focused || step < 0 ? step : 0);
	if (at === list.children.length && !more.hidden)
		showMore();
	if (at < 0) {
		words.focus();
		choose(list.firstElementChild);
	} else if (at < list.children.length) {
		found[at].querySelector("button").focus();
		choose(found[at]);
	}
}

function span(seconds) {
	const minutes = Math.floor(seconds / 60);
	if (minutes < 1)
		return Math.floor(seconds) + "s";
	return (minutes >= 60 ? Math.floor(minutes / 60) + "h" : "") +
		(minutes % 60 || minutes < 60 ? minutes % 60 + "m" : "");
}

function tick() {
	for (const left of list.querySelectorAll("[data-until]")) {
		const seconds = left.dataset.until - Date.now() / 1000;
		left.textContent = seconds > 0 ? span(seconds) + " left" : "";
	}
}

// Reads the list again: sessions and the config file may have changed.
async function refresh() {
	const answer = await fetch("/", { credentials: "same-origin" }).catch(() => null);
	if (!answer || !answer.ok) {
		count.textContent = "rolekey portal has ended. Start it again.";
		return;
	}
	const page = new DOMParser().parseFromString(await answer.text(), "text/html");
	const focused = document.activeElement.closest("#list > li") !== null;
	list.replaceChildren(...page.getElementById("list").children);
	read();
	search();
	if (focused)
		words.focus();
}

document.addEventListener("keydown", (event) => {
	if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
		return;
	if (event.key === "ArrowDown" || event.key === "ArrowUp") {
		move(event.key === "ArrowDown" ? 1 : -1);
		event.preventDefault();
	} else if (event.key === "Escape") {
		words.value = "";
		search();
		words.focus();
		event.preventDefault();
	} else if (event.key === "Enter" && event.target === words) {
		if (chosen)
			chosen.querySelector("form").requestSubmit();
		event.preventDefault();
	} else if (event.key.length === 1 && event.key !== " " &&
		document.activeElement !== words) {
		words.focus();
	}
});
list.addEventListener("focusin", (event) => choose(event.target.closest("li")));
words.addEventListener("input", search);
more.addEventListener("click", showMore);
document.addEventListener("visibilitychange", () => {
	if (!document.hidden)
		refresh();
});
setInterval(tick, 15000);
document.getElementById("search").hidden = false;
document.getElementById("keys").hidden = false;
read();
search();
words.focus();
