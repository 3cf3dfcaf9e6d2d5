using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Qbitel.Hsm.Cards.Issuing;

/// <summary>
/// Where one request's card number and chip data are, in memory that does not move and is zeroed after it.
/// </summary>
/// <remarks>Used again and again: the collector moves and leaves behind what is allocated for every request.</remarks>
internal sealed class CardBuffers
{
    private const int MaxPan = 20; // one more than there are: a longer one is seen to be so
    private const int UsualChip = 1024; // field 55 has up to 999 bytes

    private readonly char[] _pan = GC.AllocateArray<char>(2 * MaxPan, pinned: true);
    private readonly byte[] _usual = GC.AllocateArray<byte>(UsualChip, pinned: true);
    private Memory<byte> _chip;

    /// <summary>The digits as the message has them.</summary>
    public ReadOnlyMemory<char> Pan(ReadOnlySpan<byte> value)
    {
        int size = Math.Min(value.Length, MaxPan);
        Encoding.Latin1.GetChars(value[..size], _pan);
        return _pan.AsMemory(0, size);
    }

    /// <summary>The digits as a chip has them: two in a byte, filled with F.</summary>
    public ReadOnlyMemory<char> PackedPan(ReadOnlySpan<byte> packed)
    {
        Span<char> digits = _pan.AsSpan(MaxPan);
        int size = Math.Min(2 * packed.Length, MaxPan);
        for (int i = 0; i < size; i++)
            digits[i] = "0123456789ABCDEF"[(packed[i / 2] >> (4 * (1 - (i & 1)))) & 0xF];
        while (size > 0 && digits[size - 1] == 'F') size--;
        return _pan.AsMemory(MaxPan, size);
    }

    /// <summary>Data objects as bytes.</summary>
    public ReadOnlyMemory<byte> ChipData(ReadOnlySpan<byte> value, bool isHex)
    {
        int size = isHex ? value.Length / 2 : value.Length;
        _chip = size <= UsualChip ? _usual.AsMemory(0, size) : new byte[size];
        Span<byte> bytes = _chip.Span;
        if (!isHex)
        {
            value.CopyTo(bytes);
            return _chip;
        }

        for (int i = 0; i < size; i++) bytes[i] = (byte)((Digit(value[2 * i]) << 4) | Digit(value[(2 * i) + 1]));
        return _chip;
    }

    public void Erase()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_pan.AsSpan()));
        CryptographicOperations.ZeroMemory(_chip.Span);
    }

    private static int Digit(byte character) => character <= (byte)'9' ? character - '0'
        : (character | 0x20) - 'a' + 10;
}
