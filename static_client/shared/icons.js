// @ts-check
/**
 * Icons: 24×24, strokes of 1.75 in the colour of the text, drawn for Viva. Always decoration beside words
 * (aria-hidden); an icon-only button carries its words in an .sr-only span or aria-label.
 *
 * STABLE API   icon(name) → SVGElement;  names: keys of PATHS below
 */

const PATHS = {
  check: "M5 12.5 10 17.5 19.5 7",
  circle: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16Z",
  ok: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM8 12.3l2.8 2.7L16 9.5",
  info: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 11v5.5M12 7.6v.1",
  caution: "M12 4 2.8 19.5h18.4L12 4ZM12 10v4.5M12 17v.1",
  alarm: "M8.2 3.5h7.6l4.7 4.7v7.6l-4.7 4.7H8.2l-4.7-4.7V8.2l4.7-4.7ZM12 8v5M12 16v.1",
  wait: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 7v5.3l3.3 2",
  mic: "M12 3.5a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0v-5a3 3 0 0 0-3-3ZM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3",
  camera: "M3.5 7h11v10h-11zM14.5 11l6-3.5v9l-6-3.5",
  cameraOff: "M3.5 3.5l17 17M8 7h6.5v6.5M14.5 11l6-3.5v9l-3-1.7M14.5 17h-11V7",
  speaker: "M4 9.5v5h3.5L12.5 19V5L7.5 9.5H4ZM16 9a4.2 4.2 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11",
  speakerOff: "M4 9.5v5h3.5L12.5 19V5L7.5 9.5H4ZM16 9.5l5 5M21 9.5l-5 5",
  download: "M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 19.5h14",
  network: "M3 9.5a13 13 0 0 1 18 0M6 13a8.7 8.7 0 0 1 12 0M9 16.3a4.4 4.4 0 0 1 6 0M12 19.5v.1",
  text: "M4 6.5h16M4 12h16M4 17.5h9",
  keyboard: "M3 6.5h18v11H3zM7 10.2v.1M10.3 10.2v.1M13.7 10.2v.1M17 10.2v.1M8 14h8",
  person: "M12 4a3.7 3.7 0 1 0 0 7.4A3.7 3.7 0 0 0 12 4ZM4.8 20a7.2 7.2 0 0 1 14.4 0",
  help: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM9.6 9.6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.2 1-1.2 1.9M12 16.6v.1",
  pause: "M8.5 5.5v13M15.5 5.5v13",
  play: "M8 5.5v13l10.5-6.5L8 5.5Z",
  previous: "M6.5 6v12M18 6.5 10 12l8 5.5v-11Z",
  next: "M17.5 6v12M6 6.5 14 12l-8 5.5v-11Z",
  again: "M4.5 12a7.5 7.5 0 1 0 2.4-5.5L4.5 8.7M4.5 4.5v4.2h4.2",
  think: "M7.8 15.5a4.8 4.8 0 0 1-.7-9.5A5.5 5.5 0 0 1 17.3 7a4.3 4.3 0 0 1-.6 8.5H7.8ZM7 18.5a.8.8 0 1 0 0 .1M4 21.3v.1",
  rephrase: "M4 8h12l-3-3.2M20 16H8l3 3.2",
  more: "M5.5 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2ZM12 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2ZM18.5 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2Z",
  close: "M6 6l12 12M18 6 6 18",
  send: "M4 12h15M13 6l6 6-6 6",
  eye: "M2.5 12S6 6 12 6s9.5 6 9.5 6-3.5 6-9.5 6-9.5-6-9.5-6ZM12 9.4a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2Z",
  eyeOff: "M4 4l16 16M9.5 6.4A9 9 0 0 1 12 6c6 0 9.5 6 9.5 6a16 16 0 0 1-3 3.6M6 8.1A15.6 15.6 0 0 0 2.5 12S6 18 12 18a9 9 0 0 0 3.5-.7",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2.800v2M12 19.200v2M2.8 12h2M19.2 12h2M5.5 5.500l1.4 1.400M17.1 17.100l1.4 1.400M18.5 5.500l-1.4 1.400M6.9 17.100l-1.4 1.4",
  moon: "M19.5 14.200A8 8 0 0 1 9.8 4.500a8 8 0 1 0 9.7 9.700Z",
  device: "M4 5h16v11H4zM9 20h6M12 16v4",
  leave: "M13.5 4.500h-8v15h8M10 12h10M16.5 8.5 20 12l-3.5 3.5",
  bookmark: "M7 4.5h10v15l-5-3.800-5 3.800Z",
  chat: "M4 5.500h16v10.500H10l-4 3.500v-3.500H4Z",
  quote: "M6 16.500c2.5-1 3.8-3 3.8-6V7.500H5v5h2.500M15.2 16.500c2.5-1 3.8-3 3.8-6V7.500h-4.800v5h2.5",
};

/** @typedef {keyof typeof PATHS} IconName */

/** @param {IconName} name @returns {SVGSVGElement} */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  for (const [key, value] of Object.entries({
    viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": "1.75",
    "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true", focusable: "false",
  })) svg.setAttribute(key, value);
  svg.classList.add("icon");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
