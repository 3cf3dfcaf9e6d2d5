using System.Buffers.Binary;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Grammars.Layouts;

/// <summary>What fills up to a multiple: a unit of one is nothing.</summary>
internal readonly record struct Fill(int Unit, bool IsFromStart)
{
    public static readonly Fill None = new(1, false);

    public int After(int position, int length) => (Unit - ((IsFromStart ? position : length) % Unit)) % Unit;
}

/// <summary>Bytes, a number, more bytes, as many bytes as the number says, and filling; or, without a number, bytes
/// alone.</summary>
/// <param name="Before">Bytes in front of the number.</param>
/// <param name="Type">How the number is written; null for none.</param>
/// <param name="Width">Bytes of the number.</param>
/// <param name="Between">Bytes between the number and what it counts.</param>
/// <param name="Addend">What the number says more than there is.</param>
/// <param name="Fill">Behind what is counted.</param>
internal sealed record LinkShape(int Before, string? Type, int Width, int Between, int Addend, Fill Fill)
{
    private readonly QuickNumber _number = Type is null ? default : new QuickNumber(Type, Width);

    public int HeadSize => Before + Width + Between;

    /// <summary>Where what is counted ends, before its filling; negative where it does not fit.</summary>
    public int ValueEnd(ReadOnlySpan<byte> bytes, int at, int end, out long number)
    {
        number = 0;
        int value = at + HeadSize;
        if (value > end) return -1;
        if (Type is null) return value;
        if (!_number.TryRead(bytes, at + Before, out number)) return -1;
        long size = number - Addend;
        return size < 0 || size > end - value ? -1 : value + (int)size;
    }

    /// <summary>Where it ends; negative where it does not fit.</summary>
    public int Next(ReadOnlySpan<byte> bytes, int at, int end, int origin, out long number)
    {
        int to = ValueEnd(bytes, at, end, out number);
        if (to < 0) return -1;
        to += Fill.After(origin + to, to - at - HeadSize);
        return to > end ? -1 : to;
    }
}

/// <summary>Reads numbers of one coding again and again, without asking each time which it is.</summary>
internal readonly struct QuickNumber(string type, int width)
{
    private enum Way { Other, One, Big, Little }

    private readonly Way _way = type switch
    {
        "uint8" => Way.One,
        "uint16be" or "uint24be" or "uint32be" => Way.Big,
        "uint16le" or "uint24le" or "uint32le" => Way.Little,
        _ => Way.Other,
    };

    /// <summary>The bytes must be there.</summary>
    public bool TryRead(ReadOnlySpan<byte> bytes, int at, out long value)
    {
        switch (_way)
        {
            case Way.One:
                value = bytes[at];
                return true;
            case Way.Big:
                value = width == 2 ? BinaryPrimitives.ReadUInt16BigEndian(bytes[at..])
                    : width == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes[at..])
                    : (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
                return true;
            case Way.Little:
                value = width == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..])
                    : width == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..])
                    : bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
                return true;
            default:
                return NumberCoding.TryRead(type, bytes.Slice(at, width), out value);
        }
    }
}
