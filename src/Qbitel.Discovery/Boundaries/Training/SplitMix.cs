namespace Qbitel.Discovery.Boundaries.Training;

/// <summary>SplitMix64: numbers that look random and are the same for the same seed, everywhere.</summary>
internal sealed class SplitMix(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15;
            ulong x = _state;
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            return x ^ (x >> 31);
        }
    }

    /// <summary>From 0 to below the limit.</summary>
    public int Below(int limit) => (int)((Next() >> 33) % (ulong)limit);

    /// <summary>Both ends can come.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    /// <summary>From 0 to below 1.</summary>
    public double Share() => (Next() >> 11) / 9007199254740992.0;

    public bool Chance(double probability) => Share() < probability;

    public T Of<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    public byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) bytes[i] = (byte)(Next() >> 56);
        return bytes;
    }
}
