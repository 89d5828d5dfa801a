/**
 * The script that stands in a page as it is: unpacks the other one, and starts it. What it adds to the page is allowed
 * because it is (`strict-dynamic`). The page's text stays as it is where that fails.
 */
export const loader = `
(async () => {
  const packed = document.getElementById("packed").textContent;
  const bytes = Uint8Array.from(atob(packed), (one) => one.charCodeAt(0));
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const text = await new Response(unpacked).text();
  const script = document.createElement("script");
  script.src = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  document.body.append(script);
})();
`;
