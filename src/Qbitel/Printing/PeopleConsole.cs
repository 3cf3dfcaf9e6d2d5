using Spectre.Console;
using Spectre.Console.Rendering;

namespace Qbitel.Printing;

/// <summary>
/// How results look in a terminal, and without colour or wrapping where the output is a pipe or a file.
/// </summary>
internal static class PeopleConsole
{
    // A pipe has no width; what a program cuts or greps must not be wrapped for it.
    private const int Unwrapped = 4096;

    public static IAnsiConsole For(TextWriter writer)
    {
        bool terminal = ReferenceEquals(writer, Console.Out) && !Console.IsOutputRedirected;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            // detection honours NO_COLOR
            ColorSystem = terminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        if (!terminal) console.Profile.Width = Unwrapped;
        return console;
    }

    /// <summary>Where progress is shown: standard error, if it is a terminal; else nowhere.</summary>
    public static IAnsiConsole? ForProgress(TextWriter writer) =>
        !ReferenceEquals(writer, Console.Error) || Console.IsErrorRedirected ? null
        : AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });

    /// <summary>A table without lines: columns that read well and cut well.</summary>
    public static Table Table(params string[] columns)
    {
        Table table = new() { Border = TableBorder.None, ShowHeaders = true };
        foreach (string column in columns)
            table.AddColumn(new TableColumn(Heading(column)) { Padding = new Padding(0, 0, 2, 0), NoWrap = false });
        return table;
    }

    public static IRenderable Heading(string text) => new Text(text, new Style(decoration: Decoration.Bold));

    public static IRenderable Cell(string? text, Color? colour = null) =>
        new Text(Printable.Text(text ?? "–"), new Style(colour));

    public static void Line(this IAnsiConsole console, string text = "") => console.WriteLine(Printable.Text(text));
}
