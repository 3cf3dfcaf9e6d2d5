using System.Security.Cryptography;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Cards;
using Qbitel.Hsm;
using Qbitel.Hsm.Cards.Issuing;
using Qbitel.Hsm.Providers;
using Qbitel.Hsm.Software;

namespace Qbitel.Cards;

/// <summary>
/// The box of one command: the platform's token where keys are in it, memory where they come from elsewhere.
/// </summary>
internal sealed class CardBox(DataFolder folder, bool isTest) : IAsyncDisposable
{
    private readonly MemoryToken _memory = new(TimeProvider.System);
    private HsmProvider? _token;
    private int _count;

    public bool IsTest => isTest;

    /// <summary>The platform's token; opened when it is first asked for.</summary>
    public async ValueTask<HsmProvider> TokenAsync(CancellationToken cancellation) =>
        _token ??= await OpenTokenAsync(folder, create: false, cancellation);

    /// <summary>A key for one use, and the box that holds it.</summary>
    /// <param name="source">See <see cref="CardSource"/>.</param>
    /// <param name="what">What people call the key.</param>
    /// <param name="use">What it must be for.</param>
    /// <param name="isAes">
    /// Of a key that is not in the token; null where its size says it: 16 and 24 bytes are TDEA.
    /// </param>
    /// <param name="cancellation">Stops the wait.</param>
    public async ValueTask<(HsmProvider Box, HsmKey Key)> KeyAsync(
        string source, string what, CardKeyUse use, bool? isAes, CancellationToken cancellation)
    {
        if (CardSource.IsInToken(source, out string name))
        {
            HsmProvider token = await TokenAsync(cancellation);
            TokenKeyId named = TokenKeyId.TryParse(name, out TokenKeyId id) ? id : TokenKeyId.OfCardKey(name);
            HsmKey? found = await token.FindAsync(named, cancellation);
            return found?.CardUse == use ? (token, found)
                : throw new RefusedException(
                    found is null ? $"There is no key '{name}' in the token."
                        : $"Key '{name}' is for {found.CardUse?.ToString() ?? found.Algorithm.Name}, not for {use}.",
                    "'qbitel card keys' lists the card keys.");
        }

        byte[] key = CardSource.Key(source, what, isTest);
        try
        {
            CardKeyAlgorithm algorithm = CardKeyAlgorithm.Of(isAes ?? key.Length == 32, key.Length)
                ?? throw new RefusedException($"The {what} has {key.Length} bytes, which its cipher does not have.",
                    "Check which key it is.");
            TokenKeyId id = TokenKeyId.OfCardKey($"{++_count}");
            return (_memory,
                await _memory.Cards.ImportAsync(id, algorithm, use, isExportable: true, key, cancellation));
        }
        catch (ArgumentException wrong)
        {
            throw new RefusedException(wrong.Message.Split(" (Parameter", 2)[0], "Check which key it is.", wrong);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Two keys that must work together must be in one box.</summary>
    /// <exception cref="RefusedException">One is in the token, the other is not.</exception>
    public static HsmProvider Same(HsmProvider one, HsmProvider other) => ReferenceEquals(one, other) ? one
        : throw new RefusedException("One key is in the token and the other is not; a key does not leave the token.",
            "Import the other key: qbitel card import.");

    public async ValueTask DisposeAsync()
    {
        await _memory.DisposeAsync();
        if (_token is not null) await _token.DisposeAsync();
    }

    /// <summary>The software token of the data folder, as the platform has it.</summary>
    public static ValueTask<HsmProvider> OpenTokenAsync(
        DataFolder folder, bool create, CancellationToken cancellation)
    {
        if (create) folder.Open();
        return HsmProvider.CreateAsync(new HsmOptions
        {
            Provider = SoftwareToken.ProviderName,
            Software = new SoftwareTokenOptions { Folder = Path.Combine(folder.Path, "token") },
            KeyFile = Path.Combine(folder.Path, "token.key"),
            CreateIfMissing = create,
        }, TimeProvider.System, logger: null, cancellation);
    }
}
