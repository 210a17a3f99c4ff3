// How the page looks: light and dark, on a telephone and on a desk.

enum HTMLStyle {
  /// How many colours engines have before they repeat.
  static let colors = 8

  /// Eight hues that can be told apart, darker on white and lighter on black.
  static let colorsText = """
    :root {
      --page: #fff; --text: #1c1f24; --quiet: #5c6470; --line: #d9dde3; --card: #f6f7f9;
      --bad: #b3261e;
      --c0: #2f6fd6; --c1: #d1661b; --c2: #2b8a4b; --c3: #8a4fbf;
      --c4: #b0892a; --c5: #c23b6b; --c6: #1f8c94; --c7: #6b7280;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #14171b; --text: #e7eaee; --quiet: #9aa3af; --line: #343a43; --card: #1c2026;
        --bad: #ff8a80;
        --c0: #6ea2f5; --c1: #f0935a; --c2: #5fbf80; --c3: #b98be6;
        --c4: #d8b552; --c5: #ea7a9f; --c6: #54c0c8; --c7: #a3abb8;
      }
    }
    .c0 { --color: var(--c0); } .c1 { --color: var(--c1); } .c2 { --color: var(--c2); }
    .c3 { --color: var(--c3); } .c4 { --color: var(--c4); } .c5 { --color: var(--c5); }
    .c6 { --color: var(--c6); } .c7 { --color: var(--c7); }
    """

  /// All of the page but its colours.
  static let text = """
    * { box-sizing: border-box; }
    body {
      margin: 0 auto; padding: 1rem; max-width: 72rem; background: var(--page);
      color: var(--text); font: 16px/1.45 system-ui, sans-serif; overflow-wrap: anywhere;
    }
    h1 { font-size: 1.6rem; margin: 0 0 .5rem; }
    h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
    h3 { font-size: 1rem; margin: 0 0 .25rem; }
    p, ul { margin: .25rem 0 .75rem; }
    code { font-size: .8em; }
    small, .note { color: var(--quiet); font-size: .85rem; }
    .doubts, .problems { color: var(--bad); padding-left: 1.2rem; font-size: .9rem; }
    .cards { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(min(22rem, 100%), 1fr)); }
    article { background: var(--card); border-radius: .5rem; padding: .75rem; min-width: 0; }
    article p { color: var(--quiet); font-size: .85rem; }
    .bars {
      display: grid; grid-template-columns: minmax(0, 7rem) minmax(0, 1fr) minmax(0, 8rem);
      gap: .15rem .5rem; align-items: center; font-size: .85rem;
    }
    .value { font-variant-numeric: tabular-nums; }
    svg { display: block; overflow: visible; }
    .mark { stroke: var(--text); stroke-dasharray: 2 2; }
    .whisker line { stroke: var(--text); stroke-width: 1.5; }
    .grid { stroke: var(--line); }
    .tick, .name { fill: var(--quiet); font-size: 12px; }
    .name { fill: var(--text); font-size: 13px; }
    .bar, .point { fill: var(--color); }
    .swatch {
      display: inline-block; width: .7em; height: .7em; margin-right: .4em; border-radius: 2px;
      background: var(--color);
    }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
    th, td { padding: .25rem .6rem; text-align: right; border-bottom: 1px solid var(--line); vertical-align: top; }
    td, thead th { white-space: nowrap; }
    th[scope=row], .engines td { text-align: left; }
    .engines td { white-space: normal; }
    .problem { color: var(--bad); }
    .faster, .slower { font-weight: 700; }
    summary { cursor: pointer; margin: .5rem 0; }
    @media (max-width: 30rem) {
      .bars { grid-template-columns: minmax(0, 5.2rem) minmax(0, 1fr) minmax(0, 6.2rem); font-size: .78rem; }
    }
    """
}
