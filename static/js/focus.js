// After a failed form the summary of what went wrong takes focus.
document.querySelector("[data-focus]")?.focus();
