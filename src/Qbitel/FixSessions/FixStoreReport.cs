using System.Text.Json.Serialization;
using Qbitel.Gateway.Fix.Stores;
using Qbitel.Protocols;
using Qbitel.Protocols.Fix.Sessions;
using Qbitel.Protocols.Identification;
using Qbitel.Store;
using Qbitel.Store.MessageLogs;

namespace Qbitel.FixSessions;

/// <summary>What is in message stores; of messages only what may be shown.</summary>
internal sealed record FixStoreReport(IReadOnlyList<FixStoredSession> Sessions)
{
    /// <exception cref="RefusedException">There is no store, or it cannot be read.</exception>
    public static FixStoreReport Read(string path, int messages)
    {
        try
        {
            string[] files = Directory.Exists(path)
                ? [.. Directory.EnumerateFiles(path, "*.fixlog").Order(StringComparer.Ordinal)] : [path];
            if (files.Length == 0)
                throw new RefusedException($"There is no message store in {path}.", "Check the path.");
            return new FixStoreReport([.. files.SelectMany(file => ReadFile(file, messages))]);
        }
        catch (Exception refused) when (refused is FixStoreException or StateStoreException)
        {
            throw new RefusedException(refused.Message, "Nothing was changed.", refused);
        }
    }

    private static List<FixStoredSession> ReadFile(string file, int messages)
    {
        if (!IsDatabase(file))
        {
            using FixFileStore store = FixFileStore.OpenForReading(file);
            return [Session(file, store.Name, store, messages)];
        }

        using SqliteMessageLog log = SqliteMessageLog.Open(file);
        List<FixStoredSession> sessions = [];
        foreach (string name in log.Sessions())
        {
            using FixSqlStore store = new(log, name, default);
            sessions.Add(Session(file, name, store, messages));
        }

        return sessions;
    }

    private static FixStoredSession Session(string file, string name, FixMessageStore store, int last)
    {
        FixCounts counts = store.Counts;
        Queue<FixStoredMessageRow> rows = new();
        long kept = 0;
        store.Read(1, long.MaxValue, (number, message) =>
        {
            kept++;
            if (last == 0) return true;
            if (rows.Count == last) rows.Dequeue();
            ParseReport report = MessageParser.Parse(message, "fix");
            rows.Enqueue(new FixStoredMessageRow(number, report.MessageType, message.Length,
                string.Join('|', report.Fields.Select(field => $"{field.Tag}={field.Value}"))));
            return true;
        });
        return new FixStoredSession(file, name, counts.NextOutgoing, counts.NextIncoming, counts.StartedAt,
            store.Record.Length, kept, [.. rows]);
    }

    private static bool IsDatabase(string file)
    {
        Span<byte> head = stackalloc byte[16];
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length
            && head.SequenceEqual("SQLite format 3\0"u8);
    }
}

/// <summary>One session of a store.</summary>
internal sealed record FixStoredSession(string Store, string Session, long NextOutgoing, long NextIncoming,
    DateTimeOffset StartedAt, int RecordSize, long Messages, IReadOnlyList<FixStoredMessageRow> Last);

/// <summary>One sent message, its fields masked.</summary>
internal sealed record FixStoredMessageRow(long Number, string? Type, int Size, string Text);

/// <summary>What runs.</summary>
internal sealed record FixStarted(string Role, string Address, IReadOnlyList<string> Sessions);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FixStoreReport))]
[JsonSerializable(typeof(FixStarted))]
internal sealed partial class FixJson : JsonSerializerContext;
