// A sentence, set as text: whatever it quotes is shown, never interpreted.
const line = element.querySelector(".lab-notice");
const show = () => {
  line.textContent = JSON.parse(props.value || '""') || "";
  line.hidden = !line.textContent;
};
watch("value", show);
show();
