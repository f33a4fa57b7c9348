"""Articles whose titles, names, addresses and sentences try to run a script.

What belongs here: attempts, and articles that carry them. What does not: what becomes of them (test_injection.py).
"""

from typing import Any, Final

#: Sets `pwned` where it runs.
_RUN: Final = "window.pwned=1"

PAYLOADS: Final = (
    f"<script>{_RUN}</script>",
    f"</title><script>{_RUN}</script>",
    f"<img src=x onerror={_RUN}>",
    f"<svg onload={_RUN}>",
    f"<svg><script>{_RUN}</script></svg>",
    f"\"><script>{_RUN}</script>",
    f"'><script>{_RUN}</script>",
    f"\" onmouseover=\"{_RUN}",
    f"' onfocus='{_RUN}' autofocus='",
    f"\" autofocus onfocus=\"{_RUN}\" x=\"",
    f"<iframe srcdoc=\"<script>parent.{_RUN}</script>\">",
    f"<iframe src=\"javascript:parent.{_RUN}\">",
    f"<a href=\"javascript:{_RUN}\">x</a>",
    f"<body onload={_RUN}>",
    f"<details open ontoggle={_RUN}>",
    f"<video><source onerror={_RUN}></video>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={_RUN}>",
    f"<noscript><p title=\"</noscript><img src=x onerror={_RUN}>\">",
    f"--><script>{_RUN}</script>",
    f"]]><script>{_RUN}</script>",
    f"</textarea><script>{_RUN}</script>",
    f"</style><script>{_RUN}</script>",
    f"</script><script>{_RUN}</script>",
    "{{ 7 * 7 }}{% raw %}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "${window.pwned=1}",
    "`${window.pwned=1}`",
    f"&lt;script&gt;{_RUN}&lt;/script&gt;",
    f"&#60;script&#62;{_RUN}&#60;/script&#62;",
    f"\u003cscript\u003e{_RUN}\u003c/script\u003e",
    f"%3Cscript%3E{_RUN}%3C/script%3E",
    f"\uff1cscript\uff1e{_RUN}\uff1c/script\uff1e",
    f"<scr\u0000ipt>{_RUN}</scr\u0000ipt>",
    f"<ScRiPt>{_RUN}</sCrIpT>",
    f"<script\n>{_RUN}</script\n>",
    f"<<script>{_RUN}//<</script>",
    "<meta http-equiv=refresh content=\"0;url=https://evil.example/\">",
    "<base href=\"https://evil.example/\">",
    "<link rel=stylesheet href=\"https://evil.example/a.css\">",
    "<form action=\"https://evil.example/\"><input type=submit>",
    "<object data=\"https://evil.example/a.swf\">",
    "<embed src=\"https://evil.example/a\">",
    "<style>@import url(https://evil.example/a.css);</style>",
    "<div style=\"background:url(https://evil.example/a.png)\">",
    "\u202egnp.exe\u202d<img src=x onerror=window.pwned=1>",
    "=HYPERLINK(\"https://evil.example/\",\"x\")",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "'; DROP TABLE events; --",
)  # fmt: skip

ADDRESSES: Final = (
    f"javascript:{_RUN}",
    f"JaVaScRiPt:{_RUN}",
    f" javascript:{_RUN}",
    f"java\tscript:{_RUN}",
    f"\x01javascript:{_RUN}",
    f"javascript&colon;{_RUN}",
    f"data:text/html,<script>{_RUN}</script>",
    f"vbscript:{_RUN}",
    "file:///etc/passwd",
    f'https://example.org/" onclick="{_RUN}',
    f"https://example.org/'><script>{_RUN}</script>",
    "//evil.example/",
    "https:evil.example",
    "http://[evil",
    "blob:https://example.org/1",
)

_PLACES: Final = ("Kharkiv", "Goma", "Mogadishu", "Aleppo", "Kidal", "Maiduguri", "Cúcuta", "Kabul", "Sanaa", "Manila")


def hostile_articles() -> list[dict[str, Any]]:
    """Returns an article for each attempt: it is the title, the publisher, a name in the text, and at times the address."""
    articles = []
    for at, payload in enumerate(PAYLOADS):
        place, day = _PLACES[at % len(_PLACES)], 1 + at // len(_PLACES) * 5
        articles.append(
            {
                "article_id": f"hostile-{at}",
                "language": "en",
                "published": f"2026-10-{day + 1:02}",
                "title": payload,
                "publisher": f"{payload} Gazette",
                "authors": [payload],
                "url": ADDRESSES[at % len(ADDRESSES)] if at % 2 else f"https://example.org/{at}?q={payload}",
                "text": f"Gunmen attacked a village near {place} on {day} October 2026, killing {20 + at} people and wounding "
                f"{payload} others, officials of {payload} said.",
            }
        )
    return articles
