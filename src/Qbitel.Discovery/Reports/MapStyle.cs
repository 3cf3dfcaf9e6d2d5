namespace Qbitel.Discovery.Reports;

/// <summary>How the page looks. Contrast of text on its ground is at least 4.5:1 in both schemes.</summary>
internal static class MapStyle
{
    public static readonly IReadOnlyList<(string Tone, string Words)> Tones =
    [
        ("k", "type, version, constant"), ("l", "length, count"), ("c", "check value"), ("s", "sequence, time"),
        ("v", "amount, date, identifier"), ("t", "text, bytes"), ("u", "unknown"),
    ];

    /// <summary>Of the page that stands alone.</summary>
    public const string Page = """
        :root { color-scheme: light dark; --ground: #f4f6f8; --surface: #fff; --ink: #16202a; --muted: #4c5a67; --line: #cfd6dd; }
        @media (prefers-color-scheme: dark) { :root { --ground: #0f151b; --surface: #161e26; --ink: #e4eaf0; --muted: #a3b1be; --line: #2e3b47; } }
        * { box-sizing: border-box; }
        html { font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; }
        body { margin: 0; background: var(--ground); color: var(--ink); }
        header, main, footer { max-width: 90rem; margin: 0 auto; padding: 0 1.25rem; }
        h1 { margin: 0; font-size: 1.7rem; } h2 { margin: 0 0 .6rem; font-size: 1.2rem; } h3 { margin: 1rem 0 .3rem; font-size: 1rem; }
        .file, footer { color: var(--muted); } .file { margin: 1.5rem 0 0; }
        section { margin-top: 1.25rem; padding: 1rem 1.25rem; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
        table { border-collapse: collapse; width: 100%; } th, td { padding: .3rem .8rem .3rem 0; text-align: left; vertical-align: top; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
        caption { text-align: left; color: var(--muted); }
        @media print { :root { color-scheme: light; --ground: #fff; --surface: #fff; --ink: #000; --muted: #444; } html { font-size: 10px; }
          section { border: 0; padding: 0; } h2, h3 { break-after: avoid; } }

        """;

    /// <summary>Of the map itself, wherever it stands.</summary>
    public const string Map = """
        .map { --k: #dbe7f3; --l: #fbeed7; --c: #fbe4e2; --s: #e2f2ea; --v: #ece5f7; --t: #e3eef0; --u: #e9ebee; }
        @media (prefers-color-scheme: dark) { .map { --k: #1d3a55; --l: #4a3a17; --c: #512526; --s: #173f33; --v: #3b2f57; --t: #1f3c42; --u: #2b333c; } }
        .map .muted, .map dt { color: var(--muted); } .map .muted { font-weight: 400; }
        .map dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: .6rem 1.25rem; margin: 0; }
        .map dd { margin: 0; overflow-wrap: anywhere; }
        .map .bytes { overflow-x: auto; } .map .bytes p { margin: .15rem 0; font: .85rem/1.6 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; overflow-wrap: anywhere; }
        .map .bytes b { display: inline-block; min-width: 3.5rem; color: var(--muted); font-weight: 400; }
        .map .bytes span, .map .colours span { margin-right: 2px; padding: 1px 3px; border-radius: 3px; border-bottom: 2px solid transparent; }
        .map .bytes span:hover { border-bottom-color: var(--ink); }
        .map .k { background: var(--k); } .map .l { background: var(--l); } .map .c { background: var(--c); } .map .s { background: var(--s); }
        .map .v { background: var(--v); } .map .t { background: var(--t); } .map .u { background: var(--u); }
        .map details { margin-top: 1rem; } .map summary { cursor: pointer; font-weight: 600; }
        .map th, .map td { overflow-wrap: anywhere; }
        @media print { .map { --k: #dbe7f3; --l: #fbeed7; --c: #fbe4e2; --s: #e2f2ea; --v: #ece5f7; --t: #e3eef0; --u: #e9ebee; }
          .map .bytes { overflow: visible; } .map .bytes span, .map .colours span { print-color-adjust: exact; } .map .bytes p { break-inside: avoid; } }

        """;

    public static string ToneOf(string semantic) => semantic switch
    {
        "const" or "magic" or "msgtype" or "version" or "delimiter" or "flags" or "bitmap" or "padding" => "k",
        "length" or "count" => "l",
        "checksum" => "c",
        "sequence" or "timestamp" or "time" => "s",
        "amount" or "date" or "id" or "address" => "v",
        "string" or "bytes" or "float" or "integer" => "t",
        _ => "u",
    };
}
