// What is printed of the course.
import { follow, make } from "../base.js";
import { worded } from "../lesson/lesson.js";

export function mount({ element, props, watch }) {
  follow({ props, watch }, (value) => {
    element.querySelector("ol").replaceChildren(...(value || []).map(({ title, question, answer }) =>
      make("li", {}, make("strong", {}, title), make("p", {}, ...worded(question)), make("p", { className: "lab-handout-answer" }, ...worded(answer)))));
  });
}
