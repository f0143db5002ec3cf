extension Stylesheet {
  /// The look of the charts. Colour never says alone what a picture says: shapes, dashes and words say it too.
  static let charts = """
    svg { display: block; width: 100%; height: auto; font-family: inherit; }
    svg text { fill: var(--ink); font-size: 11px; }
    svg .quiet { fill: var(--muted); }
    svg .figure { font-weight: 600; }
    svg .float32 { fill: var(--float32); }
    svg .int8 { fill: var(--int8); }
    svg .axis { stroke: var(--muted); stroke-width: 1; }
    svg .level { stroke: var(--rule); stroke-width: 1; stroke-dasharray: 1 3; }
    svg .leader { stroke: var(--rule); stroke-width: .7; }
    svg .median { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 4 3; }
    svg .clip { stroke-width: 1; stroke-dasharray: 3 2; }
    svg .grid-wide { stroke: var(--int8); }
    svg .grid-narrow { stroke: var(--bad); }
    svg .course { fill: none; stroke: var(--float32); stroke-width: 1; }
    svg .front { fill: none; stroke: var(--int8); stroke-width: 1.5; }
    svg .arrow { fill: none; stroke: var(--muted); }
    svg .dot { fill: var(--float32); }
    svg .hollow { fill: var(--paper); stroke: var(--float32); stroke-width: 1.2; }
    svg .newest { fill: var(--int8); }
    svg .box { fill: var(--shade); stroke: var(--float32); }
    svg .of-int8 { stroke: var(--int8); stroke-width: 2; }
    svg .of-none { fill: none; stroke: var(--rule); stroke-dasharray: 4 3; }
    """
}
