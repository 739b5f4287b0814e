// Why this file exists: before a report is sent like matters may be shown; a journey about something else says "another one" and goes on.

/** Waits until a report is there, past the look at like matters. */
export async function another(page) {
  await page.waitForSelector(`button[name="sure"], .receipt`);
  const sure = page.locator('button[name="sure"]');
  if (await sure.count()) await sure.click();
}
