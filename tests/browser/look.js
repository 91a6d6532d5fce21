// What is wrong with a page, as far as the page itself can tell: {found: [complaints], dark, height}.
(() => {
  const found = [];
  const width = document.documentElement.clientWidth;
  const name = (element) => {
    const text = element.textContent.trim().slice(0, 40);
    return `<${element.tagName.toLowerCase()} class="${element.getAttribute("class") || ""}"> “${text}”`;
  };
  if (document.documentElement.scrollWidth > width) {
    found.push(`the page is wider than the screen: ${document.documentElement.scrollWidth} of ${width}`);
  }
  // What scrolls by itself may be wider; what is put aside for screen readers may lie outside.
  const aside = (element) => element.closest(".skip") || (element.closest("thead") && getComputedStyle(element.closest("thead")).position === "absolute");
  const scrolls = (element) => {
    for (let it = element; it; it = it.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(it).overflowX) && it !== document.documentElement && it !== document.body) return true;
    }
    return false;
  };
  for (const element of document.body.querySelectorAll("*")) {
    if (element.closest("svg")) continue;
    const style = getComputedStyle(element);
    if (/hidden|clip/.test(style.overflowX) && element.scrollWidth > element.clientWidth + 1) found.push(`${name(element)} is cut`);
  }
  const channel = (it) => { it /= 255; return it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4; };
  const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = (element) => {
    for (let it = element; it; it = it.parentElement) {
      const colour = parts(getComputedStyle(it).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
      if (colour[3] > 0) found.push(`${name(it)} stands on a ground that shows through`);
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest("svg") || aside(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((box) => box.width > 0);
    if (!boxes.length) { found.push(`${name(element)} is not shown`); continue; }
    const outside = boxes.some((box) => box.left < -1 || box.right > width + 1);
    if (outside && !scrolls(element)) found.push(`${name(element)} stands outside of the screen`);
    const [over, under] = [luminance(parts(getComputedStyle(element).color)), luminance(ground(element))];
    const contrast = (Math.max(over, under) + 0.05) / (Math.min(over, under) + 0.05);
    if (contrast < 4.5) found.push(`${name(element)} has a contrast of ${contrast.toFixed(2)}`);
  }
  const dark = luminance(ground(document.body)) < 0.2;
  return { found: found.slice(0, 20), dark, height: document.documentElement.scrollHeight };
})()
