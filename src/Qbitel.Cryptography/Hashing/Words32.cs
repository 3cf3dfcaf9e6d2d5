using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Qbitel.Cryptography.Hashing;

/// <summary>One word of 32 bits: the portable path.</summary>
internal readonly struct Words32 : ILanes<uint, uint>
{
    public static int Count => 1;

    public static bool FillRegisters => false;

    public static uint Broadcast(uint word) => word;

    public static uint Add(uint x, uint y) => unchecked(x + y);

    public static uint Or(uint x, uint y) => x | y;

    public static uint Xor(uint x, uint y, uint z) => x ^ y ^ z;

    public static uint Choose(uint x, uint y, uint z) => z ^ (x & (y ^ z));

    public static uint Majority(uint x, uint y, uint z) => (x & y) | (z & (x | y));

    public static uint RotateRight(uint x, [ConstantExpected] byte bits) => BitOperations.RotateRight(x, bits);

    public static uint ShiftRight(uint x, [ConstantExpected] byte bits) => x >> bits;

    public static uint ShiftLeft(uint x, [ConstantExpected] byte bits) => x << bits;
}
