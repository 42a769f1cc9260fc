// Prints, as JSON, what pa11y says of each page: node read_pages.cjs CHROMIUM WIDTH URL…
const pa11y = require("pa11y");
const puppeteer = require("puppeteer");

async function main([executablePath, width, ...pages]) {
  const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  const found = [];
  for (const page of pages) {
    const { issues } = await pa11y(page, {
      browser,
      includeWarnings: true,
      standard: "WCAG2AA",
      timeout: 60000,
      viewport: { width: Number(width), height: 800 },
    });
    found.push(issues.map(({ type, code, message, selector }) => ({ page, type, code, message, selector })));
  }
  await browser.close();
  console.log(JSON.stringify(found));
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
