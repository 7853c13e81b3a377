// Suggestions below a search field: ARIA 1.2 combobox, list autocomplete, choice by hand.
// Focus never leaves the field. Enter on nothing searches, so the form works as it does without script.
// The server sends the list as HTML from the address in data-suggestions; <template data-status> in it holds the sentence
// that is read out, once per answer.
const WAIT = 120; // ms after the last key
const SHORTEST = 2; // letters

class Combobox {
  #active = -1;
  #request;
  #timer;
  #shown = "";

  constructor(form) {
    this.form = form;
    this.input = form.querySelector("input[type=search]");
    this.list = form.querySelector("[role=listbox]");
    this.status = form.querySelector("[role=status]");
    this.#describe();
    this.#listen();
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  get words() {
    return this.input.value.trim();
  }

  #describe() {
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-controls", this.list.id);
    this.input.setAttribute("aria-expanded", "false");
  }

  #listen() {
    this.input.addEventListener("input", () => this.#typed());
    this.input.addEventListener("keydown", (event) => this.#pressed(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps focus in the field
    this.list.addEventListener("click", (event) => this.#follow(event.target.closest("[role=option]")));
  }

  #typed() {
    clearTimeout(this.#timer);
    this.#request?.abort();
    if (this.words.length < SHORTEST) this.close();
    else this.#timer = setTimeout(() => this.#ask(), WAIT);
  }

  async #ask() {
    const words = this.words;
    this.#request?.abort();
    this.#request = new AbortController();
    const address = new URL(this.form.dataset.suggestions, location.href);
    address.searchParams.set("q", words);
    try {
      const answer = await fetch(address, { signal: this.#request.signal, headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(String(answer.status));
      this.#show(await answer.text(), words);
    } catch (error) {
      if (error.name !== "AbortError") this.close(); // without suggestions the field still searches
    }
  }

  #show(html, words) {
    if (words !== this.words || document.activeElement !== this.input) return;
    this.#shown = words;
    this.list.innerHTML = html;
    this.options.forEach((option, index) => {
      option.id = `${this.list.id}-${index}`;
      option.setAttribute("aria-selected", "false");
    });
    this.status.textContent = this.list.querySelector("template[data-status]")?.dataset.status ?? "";
    if (this.options.length) this.#open();
    else this.close();
  }

  #open() {
    this.#active = -1;
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  close() {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#active = -1;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.options.forEach((option) => option.setAttribute("aria-selected", "false"));
  }

  #mark(index) {
    const options = this.options;
    this.#active = (index + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === this.#active)));
    this.input.setAttribute("aria-activedescendant", options[this.#active].id);
    options[this.#active].scrollIntoView({ block: "nearest" });
  }

  #pressed(event) {
    const isOpen = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.#step(event.key === "ArrowDown" ? 1 : -1, isOpen);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault(); // only closes: the words stay
      this.close();
    } else if (event.key === "Enter" && isOpen && this.#active >= 0) {
      event.preventDefault();
      this.#follow(this.options[this.#active]);
    }
  }

  #step(by, isOpen) {
    if (isOpen) this.#mark(this.#active < 0 && by < 0 ? -1 : this.#active + by);
    else if (this.words && this.words === this.#shown && this.options.length) this.#open();
    else if (this.words.length >= SHORTEST) this.#ask();
  }

  // Words that are offered are searched for as those that are typed, with the choices that go along with the field.
  #follow(option) {
    if (!option) return;
    const address = new URL(option.dataset.href, location.href);
    if (address.pathname === new URL(this.form.action).pathname) {
      this.input.value = address.searchParams.get("q");
      this.form.requestSubmit();
    } else location.assign(address);
  }
}

for (const form of document.querySelectorAll("[data-combobox]")) new Combobox(form);
