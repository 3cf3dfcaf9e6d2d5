using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace Qbitel.Printing;

/// <summary>
/// The one writer of all commands: a document as JSON or for people on standard output, everything else on standard
/// error.
/// </summary>
internal sealed class Output(TextWriter data, TextWriter notes, bool isJson, bool isVerbose)
{
    public bool IsJson { get; } = isJson;

    public bool IsVerbose { get; } = isVerbose;

    /// <summary>Prints the result of a command, the same facts in both forms.</summary>
    public void Document<T>(T document, JsonTypeInfo<T> type, Action<IAnsiConsole> people) =>
        Document(() => JsonSerializer.Serialize(document, Readable(type)), people);

    /// <summary>The same for a document whose JSON its room writes.</summary>
    public void Document(Func<string> json, Action<IAnsiConsole> people)
    {
        if (IsJson) data.WriteLine(json());
        else people(PeopleConsole.For(data));
    }

    /// <summary>
    /// Prints a result that is made piece by piece, so that it need not be held: one of the two writers is there.
    /// </summary>
    public async Task SeriesAsync(Func<Utf8JsonWriter?, IAnsiConsole?, Task> write)
    {
        if (!IsJson)
        {
            await write(null, PeopleConsole.For(data));
            return;
        }

        using TextWriterStream stream = new(data);
        await using (Utf8JsonWriter writer = new(stream, IndentedJson.Options))
            await write(writer, null);
        data.WriteLine();
    }

    /// <summary>Prints text that is the result as it stands: a script, a document that a room wrote.</summary>
    public void Text(string text) => data.WriteLine(text);

    /// <summary>Writes bytes that are the result as they stand; a terminal gets only text, and no secret.</summary>
    /// <exception cref="RefusedException">Standard output is a terminal.</exception>
    public static async Task RawAsync(
        ReadOnlyMemory<byte> content, bool isSecret, bool isText, CancellationToken cancellation)
    {
        if (!Console.IsOutputRedirected && (isSecret || !isText))
            throw NotForATerminal(isSecret ? "A private key" : "Binary data");

        await using Stream stream = Console.OpenStandardOutput();
        await stream.WriteAsync(content, cancellation);
    }

    /// <summary>Standard output for bytes without end.</summary>
    /// <exception cref="RefusedException">Standard output is a terminal.</exception>
    public static Stream RawStream() =>
        Console.IsOutputRedirected ? Console.OpenStandardOutput() : throw NotForATerminal("Binary data");

    private static RefusedException NotForATerminal(string what) =>
        new($"{what} is not shown on a terminal.", "Name a file with -o FILE, or direct standard output to one.");

    /// <summary>Says something about the work; never part of the result.</summary>
    public void Note(string text) => notes.WriteLine(Printable.Text(text));

    /// <summary>Says how far the work has come; for a program as one line of JSON.</summary>
    public void Progress<T>(T fact, JsonTypeInfo<T> type, string people)
    {
        if (IsJson) notes.WriteLine(JsonSerializer.Serialize(fact, Readable(type, isIndented: false)));
        else Note(people);
    }

    /// <summary>
    /// Does long work that reports the part that is done, from 0 to 1; a terminal sees it, on standard error.
    /// </summary>
    public async Task<T> WorkAsync<T>(string title, Func<IProgress<double>, Task<T>> work)
    {
        if (PeopleConsole.ForProgress(notes) is not { } console) return await work(new Unseen());

        return await console.Progress().AutoClear(true).StartAsync(async shown =>
        {
            ProgressTask task = shown.AddTask(Markup.Escape(Printable.Text(title)), maxValue: 1);
            return await work(new Seen(task));
        });
    }

    /// <summary>
    /// Does long work on bytes and shows how many are done, how fast, and how long it will take: as a bar in a
    /// terminal, elsewhere as a line now and then. The work reports bytes as they are done, from any thread.
    /// </summary>
    /// <param name="title">What is done.</param>
    /// <param name="size">All bytes; null where that is not known.</param>
    /// <param name="work">The work.</param>
    public async Task<T> TransferAsync<T>(string title, long? size, Func<Action<long>, Task<T>> work)
    {
        if (PeopleConsole.ForProgress(notes) is { } console)
        {
            return await console.Progress().AutoClear(true).Columns(new TaskDescriptionColumn(),
                new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
                .StartAsync(async shown =>
                {
                    ProgressTask task = shown.AddTask(Markup.Escape(Printable.Text(title)), maxValue: size ?? 1);
                    task.IsIndeterminate = size is null;
                    return await work(bytes => task.Increment(bytes));
                });
        }

        using TransferLines lines = new(this, title, size, TimeProvider.System);
        return await work(lines.Add);
    }

    public void Failure(string message, string? remedy)
    {
        notes.WriteLine($"qbitel: {Printable.Text(message)}");
        if (remedy is not null) notes.WriteLine($"        {Printable.Text(remedy)}");
    }

    /// <summary>The whole exception, for those who asked with <c>--verbose</c>.</summary>
    public void Trace(Exception error)
    {
        if (IsVerbose) notes.WriteLine(error);
    }

    // For a terminal or a file; pages and the API encode for HTML.
    private static JsonTypeInfo<T> Readable<T>(JsonTypeInfo<T> type, bool isIndented = true) =>
        (JsonTypeInfo<T>)new JsonSerializerOptions(type.Options)
        {
            WriteIndented = isIndented,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }.GetTypeInfo(typeof(T));

    private sealed class Unseen : IProgress<double>
    {
        public void Report(double value)
        {
        }
    }

    // Not Progress<T>: it would report on another thread, after the work and its line are gone.
    private sealed class Seen(ProgressTask task) : IProgress<double>
    {
        public void Report(double value) => task.Value = value;
    }
}
