using System.Numerics;
using System.Runtime.Intrinsics;
using Qbitel.Protocols.Fix.Tables;

namespace Qbitel.Protocols.Fix;

/// <summary>
/// Finds the fields of a whole message in one sweep, 32 bytes at a time; from the first that is not plain on, the work
/// is <see cref="FixReader"/>'s, so both give the same fields.
/// </summary>
internal static class FixIndex
{
    /// <summary>Fills the room with the fields of a message.</summary>
    /// <returns>How many there are; -1 where the room is too small, in which case it holds nothing of use.</returns>
    public static int Read(ReadOnlySpan<byte> message, Span<FixField> room, out bool isFaulty)
    {
        isFaulty = false;
        int count = 0, at = 0;
        Separators separators = new(message);
        while (at < message.Length)
        {
            int tag = 0, digit = at;
            uint value;
            while (digit < message.Length && digit - at < 8 && (value = unchecked((uint)(message[digit] - '0'))) <= 9)
            {
                tag = unchecked((tag * 10) + (int)value);
                digit++;
            }

            int soh = separators.Next();
            bool isPlain = digit > at && digit - at <= 7 && message[at] != '0' && digit + 1 < soh
                && message[digit] == '=' && FixDataFields.DataTagOf(tag) == 0;
            if (!isPlain) return Carefully(message, room, at, count, out isFaulty);

            if (count == room.Length) return -1;
            room[count++] = new FixField(tag, at, digit + 1, soh - digit - 1);
            at = soh + 1;
        }

        return count;
    }

    private static int Carefully(ReadOnlySpan<byte> message, Span<FixField> room, int at, int count, out bool isFaulty)
    {
        isFaulty = false;
        FixReader reader = new(message, at);
        while (reader.Read())
        {
            if (count == room.Length) return -1;
            room[count++] = new FixField(reader.Tag, reader.FieldOffset, reader.ValueOffset, reader.Value.Length);
            isFaulty |= reader.Fault != FixFieldFault.None;
        }

        return count;
    }

    /// <summary>The places of SOH, one after the other.</summary>
    private ref struct Separators(ReadOnlySpan<byte> message)
    {
        private const int Width = 32;

        private readonly ReadOnlySpan<byte> _message = message;
        private int _base = -Width;
        private uint _bits;

        /// <summary>The next SOH, or the end of the message.</summary>
        public int Next()
        {
            while (_bits == 0)
            {
                _base += Width;
                if (_base >= _message.Length) return _message.Length;
                _bits = Load(_message, _base);
            }

            int place = _base + BitOperations.TrailingZeroCount(_bits);
            _bits &= _bits - 1;
            return place;
        }

        private static uint Load(ReadOnlySpan<byte> message, int from)
        {
            Vector256<byte> soh = Vector256.Create(FixReader.Soh);
            int left = message.Length - from;
            if (left >= Width)
            {
                return Vector256.Equals(Vector256.Create(message.Slice(from, Width)), soh).ExtractMostSignificantBits();
            }

            // The last bytes are read with some before them, which are shifted out.
            if (message.Length >= Width)
            {
                return Vector256.Equals(Vector256.Create(message[^Width..]), soh).ExtractMostSignificantBits()
                    >> (Width - left);
            }

            uint bits = 0;
            for (int i = from; i < message.Length; i++) if (message[i] == FixReader.Soh) bits |= 1u << (i - from);
            return bits;
        }
    }
}
