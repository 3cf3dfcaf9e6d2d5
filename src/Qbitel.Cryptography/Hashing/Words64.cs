using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Qbitel.Cryptography.Hashing;

/// <summary>One word of 64 bits: the portable path.</summary>
internal readonly struct Words64 : ILanes<ulong, ulong>
{
    public static int Count => 1;

    public static bool FillRegisters => false;

    public static ulong Broadcast(ulong word) => word;

    public static ulong Add(ulong x, ulong y) => unchecked(x + y);

    public static ulong Or(ulong x, ulong y) => x | y;

    public static ulong Xor(ulong x, ulong y, ulong z) => x ^ y ^ z;

    public static ulong Choose(ulong x, ulong y, ulong z) => z ^ (x & (y ^ z));

    public static ulong Majority(ulong x, ulong y, ulong z) => (x & y) | (z & (x | y));

    public static ulong RotateRight(ulong x, [ConstantExpected] byte bits) => BitOperations.RotateRight(x, bits);

    public static ulong ShiftRight(ulong x, [ConstantExpected] byte bits) => x >> bits;

    public static ulong ShiftLeft(ulong x, [ConstantExpected] byte bits) => x << bits;
}
