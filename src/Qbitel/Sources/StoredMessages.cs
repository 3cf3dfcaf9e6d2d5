using System.Security.Cryptography;
using Qbitel.Store;
using Qbitel.Views;

namespace Qbitel.Sources;

internal static class StoredMessages
{
    private const int Most = 500;

    public static Task<MessagesView> ReadAsync(StateStore store, CancellationToken cancellation) =>
        store.ReadAsync(async (state, cancel) =>
        {
            List<MessageRow> rows = [];
            await foreach (ArchivedMessage message in state.ReadArchiveAsync().WithCancellation(cancel))
            {
                rows.Add(Row(message));
                if (rows.Count == Most) break;
            }

            return new MessagesView(store.Time.GetUtcNow(), rows);
        }, cancellation);

    private static MessageRow Row(ArchivedMessage message) => new(
        message.Id, message.Reference, message.Protocol, message.SignatureAlgorithm,
        $"{message.KemAlgorithm}, {message.CipherAlgorithm}",
        Convert.ToHexStringLower(SHA256.HashData(message.Sealed.Span)), message.ArchivedAt, message.RetainUntil);
}
