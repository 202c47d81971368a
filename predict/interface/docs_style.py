"""The style sheet of the page of `/api/docs`: the site's colours and type, without its files."""

__all__ = ["STYLE"]

STYLE = """
:root {
  color-scheme: light dark;
  --bg: #f5f6f8; --surface: #fff; --sunk: #eef0f4; --text: #131a24; --text-2: #485466; --line: #dde1e8;
  --accent: #3a3fc4; --on-accent: #fff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #0c1117; --surface: #141b24; --sunk: #1b2430; --text: #e9eef5; --text-2: #b3bfce; --line: #273241;
    --accent: #a9b0ff; --on-accent: #0c1117;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  background: var(--bg); color: var(--text); margin: 0 auto; max-width: 62rem; padding: 0 1rem 3rem;
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: break-word;
}
header { align-items: baseline; display: flex; flex-wrap: wrap; gap: 0 1rem; justify-content: space-between; }
header p { color: var(--text-2); font-size: 0.875rem; margin: 1rem 0 0; }
header .brand { color: var(--text); font-size: 1rem; font-weight: 650; }
h1 { font-size: clamp(1.5rem, 1.2rem + 1.4vw, 2rem); line-height: 1.2; margin: 2rem 0 0.5rem; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 0; }
h3 { font-size: 0.875rem; margin: 1.25rem 0 0.5rem; }
p { margin: 0.75rem 0 0; max-width: 48rem; }
.lead { color: var(--text-2); }
a { color: var(--accent); text-underline-offset: 0.15em; }
:focus-visible { border-radius: 0.25rem; outline: 3px solid var(--accent); outline-offset: 2px; }
.skip {
  background: var(--accent); color: var(--on-accent); inset-inline-start: 1rem; padding: 0.5rem 1rem;
  position: absolute; top: -4rem;
}
.skip:focus { top: 0.5rem; }
nav ul { display: flex; flex-wrap: wrap; gap: 0 1.25rem; list-style: none; margin: 1rem 0 0; padding: 0; }
nav a { display: inline-block; padding: 0.25rem 0; }
section {
  background: var(--surface); border: 1px solid var(--line); border-radius: 0.875rem; margin: 1.5rem 0 0;
  padding: 1.25rem clamp(1rem, 4vw, 1.5rem) 1.5rem;
}
.method {
  background: var(--accent); border-radius: 0.375rem; color: var(--on-accent); font-size: 0.8125rem; font-weight: 650;
  padding: 0.15rem 0.5rem;
}
code { font: 0.875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.route code { font-size: 1rem; font-weight: 600; }
pre {
  background: var(--sunk); border-radius: 0.5rem; margin: 0; max-height: 26rem; overflow: auto; padding: 0.75rem 1rem;
}
.command { overflow-wrap: anywhere; white-space: pre-wrap; }
.scroll { margin: 1.25rem 0 0; overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.875rem; width: 100%; }
table:has(th:nth-child(4)) { min-width: 36rem; }
caption { font-weight: 650; padding: 0 0 0.5rem; text-align: start; }
th, td {
  border-top: 1px solid var(--line); padding-block: 0.5rem; padding-inline: 0 1rem; text-align: start;
  vertical-align: top;
}
th { font-weight: 540; }
td code { overflow-wrap: anywhere; }
th code { white-space: nowrap; }
thead th { border-top: 0; color: var(--text-2); }
.try { border-top: 1px solid var(--line); margin: 1.25rem 0 0; }
.try label { display: block; font-size: 0.875rem; }
.try :is(input, textarea, button) {
  border: 1px solid var(--text-2); border-radius: 0.5rem; font: inherit; min-height: 2.75rem; padding: 0.5rem 0.75rem;
}
.try :is(input, textarea) { background: var(--surface); color: var(--text); width: 100%; }
.try textarea { display: block; font: 0.875rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.try button { background: var(--accent); border: 0; color: var(--on-accent); cursor: pointer; font-weight: 650; }
.try pre { font-size: 0.875rem; margin-top: 0.75rem; white-space: pre-wrap; }
.try [role="status"] { margin-inline-start: 0.5rem; }
summary { cursor: pointer; margin: 1.25rem 0 0; padding: 0.25rem 0; }
.values { columns: 15rem; font-size: 0.875rem; list-style: none; margin: 0.5rem 0 0; padding: 0; }
"""
