/// The look of the HTML report.
enum Stylesheet {
  static let text = """
    :root {
      color-scheme: light dark;
      --paper: #fbfaf7; --ink: #1d1c1a; --muted: #6a6761; --rule: #dcd8cf; --shade: #f1eee7;
      --float32: #78858f; --int8: #1f6f8b; --link: #17566c;
      --right: 31 111 139; --wrong: 196 78 35; --banner: #8f1d0f; --banner-ink: #fff;
      --good: #2c6e49; --bad: #a3310f;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #171614; --ink: #e9e6df; --muted: #a29d93; --rule: #3a3732; --shade: #211f1c;
        --float32: #7f8a96; --int8: #56b3d1; --link: #86cbe2;
        --right: 86 179 209; --wrong: 240 128 80; --banner: #b03022; --banner-ink: #fff;
        --good: #63c08b; --bad: #ff9b71;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body {
      margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 84rem;
      background: var(--paper); color: var(--ink);
      font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif;
    }
    h1, h2 { font-family: Charter, "Bitstream Charter", "Noto Serif", Georgia, serif; line-height: 1.2; }
    h1 { font-size: 2.1rem; margin: 0 0 .75rem; overflow-wrap: anywhere; }
    h2 {
      font-size: 1.4rem; margin: 3rem 0 1rem; padding-top: 1rem; border-top: 1px solid var(--rule);
      overflow-wrap: anywhere;
    }
    p { max-width: 42rem; overflow-wrap: anywhere; }
    a { color: var(--link); text-underline-offset: .15em; }
    h3 { font-size: 1.1rem; margin: 2rem 0 .5rem; overflow-wrap: anywhere; }
    .lede { font-size: 1.1rem; color: var(--muted); margin: 0 0 1rem; }
    .banner {
      max-width: none; margin: 0 0 1rem; padding: .8rem 1.1rem; border-radius: .35rem;
      background: var(--banner); color: var(--banner-ink); font-weight: 700; letter-spacing: .03em;
    }
    nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; margin: 0; padding: 0; list-style: none; }
    .scroll { overflow-x: auto; margin: 1.25rem 0; }
    .scroll:focus-visible { outline: 2px solid var(--int8); outline-offset: 3px; }
    table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
    caption {
      caption-side: top; text-align: left; padding-bottom: .45rem; color: var(--muted); font-size: .9rem;
    }
    /* Of a table wider than the screen, the caption stays and wraps. */
    caption span { display: inline-block; position: sticky; left: 0; max-width: min(60rem, calc(100vw - 2.6rem)); }
    th, td { padding: .35rem .6rem; text-align: left; white-space: nowrap; border-bottom: 1px solid var(--rule); }
    th:first-child, td:first-child { padding-left: .35rem; }
    thead th { white-space: normal; vertical-align: bottom; color: var(--muted); font-weight: 600; font-size: .84rem; border-bottom: 1px solid var(--ink); }
    tbody th { font-weight: 500; }
    tbody th.number { color: var(--muted); }
    tbody tr:hover { background: var(--shade); }
    .number { text-align: right; }
    td.list { white-space: normal; min-width: 18rem; }
    tr:has(td.list) > * { vertical-align: top; }
    .right { background: rgb(var(--right) / calc(.04 + .42 * var(--heat))); }
    .wrong { background: rgb(var(--wrong) / calc(.5 * var(--heat))); }
    code, pre { font-family: ui-monospace, "SFMono-Regular", "DejaVu Sans Mono", Consolas, monospace; }
    code { font-size: .88em; }
    pre {
      overflow-x: auto; padding: .9rem 1.1rem; border-radius: .35rem; background: var(--shade); line-height: 1.5;
    }
    dl { margin: 1rem 0; }
    dl:not(.tiles) { columns: 2 26rem; column-gap: 3rem; }
    dl:not(.tiles) div { break-inside: avoid; }
    dl div { display: grid; grid-template-columns: 11rem 1fr; gap: 1rem; padding: .3rem 0; }
    dl div + div { border-top: 1px solid var(--rule); }
    dt { color: var(--muted); overflow-wrap: anywhere; }
    dd { margin: 0; overflow-wrap: anywhere; }
    .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: .75rem; }
    .tiles .tile, .tiles .tile + .tile {
      display: block; margin: 0; padding: .8rem 1rem; border: 1px solid var(--rule); border-top: 4px solid var(--muted);
      border-radius: .35rem;
    }
    .tiles .good { border-top-color: var(--good); }
    .tiles .bad { border-top-color: var(--bad); background: var(--shade); }
    .tiles dt { font-size: .84rem; }
    .tiles .value { font-size: 1.5rem; font-weight: 650; line-height: 1.3; font-variant-numeric: tabular-nums; }
    .tiles .bad .value { color: var(--bad); }
    .tiles .note { color: var(--muted); font-size: .88rem; }
    .pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 0 2.5rem; }
    figure { margin: 1.25rem 0; }
    figcaption { color: var(--muted); font-size: .9rem; margin-bottom: .4rem; overflow-wrap: anywhere; }
    .gallery ul { display: flex; flex-wrap: wrap; gap: .75rem 1rem; margin: 0; padding: 0; list-style: none; }
    .gallery li { width: 12rem; font-size: .8rem; line-height: 1.35; }
    .gallery img { display: block; width: 5.25rem; height: auto; image-rendering: pixelated; border-radius: .2rem; }
    .gallery span { display: block; overflow-wrap: anywhere; }
    .gallery.sheet li, .gallery.sheet img { width: 100%; max-width: 56rem; }
    .gallery.sheet img { image-rendering: auto; }
    details { margin: 1.25rem 0; }
    summary { cursor: pointer; font-weight: 600; color: var(--link); }
    @media (max-width: 36rem) {
      body { padding: 1.25rem .9rem 3rem; }
      h1 { font-size: 1.6rem; }
      dl div { grid-template-columns: 1fr; gap: 0; }
      /* Of a table wider than the screen, the caption stays and wraps. */
    caption span { display: inline-block; position: sticky; left: 0; max-width: min(60rem, calc(100vw - 2.6rem)); }
    th, td { padding: .3rem .55rem; }
    }
    @media print {
      body { max-width: none; padding: 0; }
      nav { display: none; }
      .scroll { overflow: visible; }
      section { break-inside: auto; }
      h2, h3, summary, figcaption, caption { break-after: avoid; }
      tr, .chart, .tile, .gallery li { break-inside: avoid; }
    }
    """
}
