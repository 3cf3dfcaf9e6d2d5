using System.Globalization;

namespace Qbitel.Protocols.Emv;

/// <summary>The data objects of a chip card's transaction, as field 55 of a message carries them.</summary>
/// <remarks>The bytes are kept as they came. It prints masked: tags and lengths, and no value.</remarks>
public sealed class EmvCryptogramData
{
    private const int MaxObjects = 256;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly BerTlv[] _objects;

    private EmvCryptogramData(ReadOnlyMemory<byte> bytes, BerTlv[] objects)
    {
        _bytes = bytes;
        _objects = objects;
    }

    public ReadOnlyMemory<byte> RawContent => _bytes;

    /// <summary>In the order of their bytes, those within others after what holds them.</summary>
    public IReadOnlyList<BerTlv> Objects => _objects;

    /// <summary>9F26, 8 bytes; empty where it is absent or of another length.</summary>
    public ReadOnlyMemory<byte> Cryptogram => Of(EmvTag.Cryptogram, 8);

    /// <summary>9F36, 2 bytes; empty where it is absent or of another length.</summary>
    public ReadOnlyMemory<byte> TransactionCounter => Of(EmvTag.TransactionCounter, 2);

    /// <summary>9F37, 4 bytes; empty where it is absent or of another length.</summary>
    public ReadOnlyMemory<byte> UnpredictableNumber => Of(EmvTag.UnpredictableNumber, 4);

    /// <summary>9F10; empty where it is absent.</summary>
    public ReadOnlyMemory<byte> IssuerApplicationData => this[EmvTag.IssuerApplicationData] ?? default;

    /// <summary>5F34 as two digits, 00 where it is absent; null where it is no number of two digits.</summary>
    public string? PanSequence
    {
        get
        {
            if (this[EmvTag.PanSequence] is not { } value) return "00";
            if (value.Length != 1) return null;
            int packed = value.Span[0];
            return packed >> 4 <= 9 && (packed & 0xF) <= 9 ? packed.ToString("X2", CultureInfo.InvariantCulture) : null;
        }
    }

    /// <summary>The value of the first object of a tag; null where there is none.</summary>
    public ReadOnlyMemory<byte>? this[uint tag]
    {
        get
        {
            foreach (BerTlv item in _objects)
                if (item.Tag == tag) return _bytes.Slice(item.ValueOffset, item.ValueLength);

            return null;
        }
    }

    /// <summary>Reads data objects; a tag that comes twice is refused, since nobody could say which counts.</summary>
    /// <param name="bytes">Kept, not copied.</param>
    /// <param name="mode">How strict.</param>
    /// <param name="data">The data objects.</param>
    /// <param name="error">What is wrong, and where.</param>
    public static bool TryParse(
        ReadOnlyMemory<byte> bytes, ParseMode mode, out EmvCryptogramData data, out ParseError error)
    {
        data = null!;
        Span<BerTlv> found = stackalloc BerTlv[MaxObjects];
        int count = 0;
        BerTlvReader reader = new(bytes.Span, mode);
        while (reader.TryRead(out BerTlv item))
        {
            for (int i = 0; i < count; i++)
            {
                if (found[i].Tag != item.Tag || item.Tag is EmvTag.IssuerScriptCommand) continue;
                error = Wrong("Emv.Duplicate", item, "each tag once", "the tag again");
                return false;
            }

            if (count == MaxObjects)
            {
                error = Wrong("Emv.TooMany", item, $"at most {MaxObjects} data objects", "one more");
                return false;
            }

            found[count++] = item;
        }

        error = reader.Error!;
        if (reader.Error is not null) return false;

        data = new EmvCryptogramData(bytes, found[..count].ToArray());
        return true;
    }

    public override string ToString() => $"EMV data of {_objects.Length} objects ({_bytes.Length} bytes)";

    private ReadOnlyMemory<byte> Of(uint tag, int size) =>
        this[tag] is { } value && value.Length == size ? value : ReadOnlyMemory<byte>.Empty;

    private static ParseError Wrong(string code, BerTlv item, string expected, string found) =>
        new(new Diagnostic(code, Severity.Error, "the data objects cannot be read")
        {
            Offset = item.Offset,
            Tag = EmvTag.Show(item.Tag),
            Expected = expected,
            Actual = found,
        });
}
