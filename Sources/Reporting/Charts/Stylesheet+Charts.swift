extension Stylesheet {
  /// The look of the pictures. Their text is what `SVGText.Style` says it is.
  static let charts = """
    :root {
      --hue-0: #1f6f8b; --hue-1: #b3541e; --hue-2: #4d7a2b; --hue-3: #8a3f86; --hue-4: #7a6a1c; --hue-5: #5a5fb0;
      --clip: #a8401b; --second: #6d4a9c;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --hue-0: #56b3d1; --hue-1: #f0945c; --hue-2: #93c46c; --hue-3: #d58fd1; --hue-4: #cdb85a; --hue-5: #9fa4ec;
        --clip: #f08050; --second: #b99be6;
      }
    }
    svg { display: block; width: 100%; max-width: 32rem; height: auto; overflow: visible; }
    svg text { fill: var(--ink); font-size: 13px; }
    svg text.small { font-size: 12px; }
    svg text.figure { font-weight: 600; font-variant-numeric: tabular-nums; }
    svg text.name {
      font: 600 12px ui-monospace, "SFMono-Regular", "DejaVu Sans Mono", Consolas, monospace;
    }
    svg .float32 { fill: var(--float32); }
    svg .int8 { fill: var(--int8); }
    svg .axis { stroke: var(--muted); fill: none; }
    svg .grid { stroke: var(--rule); fill: none; }
    svg .bars { fill: var(--float32); stroke: var(--float32); }
    svg .clip { stroke: var(--clip); stroke-width: 1.5; fill: none; }
    svg .comb { stroke: var(--clip); stroke-width: 10; fill: none; }
    svg .clip.second { stroke: var(--second); stroke-dasharray: 5 3; }
    svg .comb.second { stroke: var(--second); }
    svg .stems { stroke: var(--int8); fill: none; }
    svg .median { stroke: var(--clip); stroke-width: 1.5; stroke-dasharray: 6 3; }
    svg .node { stroke: var(--muted); fill: var(--shade); }
    svg .float32-node { stroke: var(--float32); stroke-width: 1.5; }
    svg .int8-node { stroke: var(--int8); stroke-width: 3; }
    svg .plain-node { stroke-dasharray: 3 3; fill: none; }
    svg .arrow { stroke: var(--muted); stroke-width: 1.5; }
    svg .head { fill: var(--muted); }
    svg .course { fill: none; stroke-width: 1.5; stroke-linejoin: round; }
    svg .leader { stroke: var(--muted); stroke-width: .6; stroke-dasharray: 2 2; }
    svg .hue-0 { fill: var(--hue-0); } svg .course.hue-0 { fill: none; stroke: var(--hue-0); }
    svg .hue-1 { fill: var(--hue-1); } svg .course.hue-1 { fill: none; stroke: var(--hue-1); }
    svg .hue-2 { fill: var(--hue-2); } svg .course.hue-2 { fill: none; stroke: var(--hue-2); }
    svg .hue-3 { fill: var(--hue-3); } svg .course.hue-3 { fill: none; stroke: var(--hue-3); }
    svg .hue-4 { fill: var(--hue-4); } svg .course.hue-4 { fill: none; stroke: var(--hue-4); }
    svg .hue-5 { fill: var(--hue-5); } svg .course.hue-5 { fill: none; stroke: var(--hue-5); }
    svg .front { fill: none; stroke: var(--int8); stroke-width: 2; }
    svg .best { fill: var(--int8); }
    svg .beaten { fill: var(--paper); stroke: var(--muted); stroke-width: 1.5; }
    """
}
