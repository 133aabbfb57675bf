"""Opens HTML reports in Chromium and fails on whatever a reader would trip over.

Each page is opened in both themes at two widths: nothing but the file is requested, the console
stays silent, nothing reaches over the window's edge or over a neighbour, and the filters leave
what they say. KILTER_SCREENSHOTS names a folder to keep pictures in.
"""

import os
import pathlib
import sys

from playwright.sync_api import sync_playwright

# How long a browser may take for anything, in milliseconds: a machine may be busy.
PATIENCE = 120_000

# A report needs neither the network nor a graphics card, and a browser that asks for updates on a
# machine without a network logs and waits for nothing.
ALONE = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

# The exit code that asks for another attempt.
BROWSER_FAILED = 3

# Findings below the window are laid out only once something asks where they are, one by one, and
# each then moves those after it: measured are all of them as they are once scrolled to.
LAY_OUT = """() => {
  for (const article of document.querySelectorAll("article")) article.style.contentVisibility = "visible";
}"""
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll("h1, header p, li, label, legend, h2, .about, figure, article > p")]
    .filter((it) => it.checkVisibility()).map((it) => [it.textContent.slice(0, 40), it.getBoundingClientRect()]);
  const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  return boxes.flatMap(([name, a], i) => boxes.slice(i + 1).filter(([, b]) => over(a, b)).map(([other]) => [name, other]));
}"""


def check(browser, path, scheme, width):
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.set_default_timeout(PATIENCE)
    requests, errors = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: errors.append(dialog.message))
    page.goto(path.as_uri())
    assert requests == [path.as_uri()], requests
    page.evaluate(LAY_OUT)
    assert not page.evaluate(TOO_WIDE), f"{path.name} is wider than {width}"
    overlaps = page.evaluate(OVERLAPS)
    assert not overlaps, overlaps
    filters(page)
    folder = os.environ.get("KILTER_SCREENSHOTS")
    if folder:
        name = f"{path.stem}-{scheme}-{width}.png"
        page.screenshot(path=pathlib.Path(folder) / name, full_page=True)
    assert not errors, errors
    page.close()


def filters(page):
    findings = page.locator("article")
    total, form = findings.count(), page.locator("#filters")
    assert form.is_visible() == (total > 1)
    if total < 2:
        return
    shown = page.locator("article:not([hidden])")
    for name in ("rule", "file"):
        choice = form.locator(f"select[name={name}]")
        values = [option.get_attribute("value") for option in choice.locator("option").all()]
        assert len(values) > 1, name
        for value in values[1:]:
            choice.select_option(value)
            assert 0 < shown.count() <= total, (name, value)
        choice.select_option("")
        assert shown.count() == total
    for box in form.locator("input[name=severity]").all():
        box.uncheck()
        assert shown.count() < total
        box.check()
    search = form.locator("input[name=text]")
    search.fill("no finding says this")
    assert shown.count() == 0
    assert page.locator("#count").inner_text() == f"0 of {total} shown"
    search.fill("")
    assert shown.count() == total


def run(paths):
    views = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=ALONE,
            timeout=PATIENCE,
        )
        for path in paths:
            for scheme in ("light", "dark"):
                for width in (390, 1440):
                    check(browser, path, scheme, width)
                    views += 1
        browser.close()
    return views


try:
    print(run([pathlib.Path(argument).resolve() for argument in sys.argv[1:]]), "views")
except AssertionError:
    raise
except Exception as error:
    # A browser that does not start or dies on a busy machine says nothing about a page, whose
    # own faults are AssertionErrors; Playwright's driver dies with a plain Exception, and may be
    # waited for for ever: leave at once.
    print(f"the browser failed: {error}", file=sys.stderr, flush=True)
    os._exit(BROWSER_FAILED)
