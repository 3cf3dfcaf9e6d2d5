namespace Qbitel.Discovery.Captures;

/// <summary>Timestamps of capture files: a count of units since 1970, at a resolution the file declares.</summary>
internal static class CaptureTime
{
    /// <summary>
    /// Ticks of 100 ns are the finest a <see cref="DateTimeOffset"/> holds; a time outside its years is null.
    /// </summary>
    public static DateTimeOffset? FromUnits(ulong units, UInt128 unitsPerSecond, long offsetSeconds = 0)
    {
        // What nearly all captures have, without 128-bit division; the bound is in the year 7990.
        if (offsetSeconds == 0 && units < 190_000_000_000_000_000)
        {
            if (unitsPerSecond == 1_000_000) return DateTimeOffset.UnixEpoch.AddTicks((long)units * 10);
            if (unitsPerSecond == 1_000_000_000) return DateTimeOffset.UnixEpoch.AddTicks((long)(units / 100));
        }

        Int128 ticks = (Int128)((UInt128)units * TimeSpan.TicksPerSecond / unitsPerSecond)
            + ((Int128)offsetSeconds * TimeSpan.TicksPerSecond) + DateTimeOffset.UnixEpoch.Ticks;
        return ticks < DateTimeOffset.MinValue.Ticks || ticks > DateTimeOffset.MaxValue.Ticks ? null
            : new DateTimeOffset((long)ticks, TimeSpan.Zero);
    }

    /// <summary>Units per second of an if_tsresol byte: a power of ten, or of two when the top bit is set.</summary>
    /// <remarks>Null where a unit would be finer than 2^-63 or 10^-19 seconds: no clock is, so the byte is
    /// damaged.</remarks>
    public static UInt128? UnitsPerSecond(byte resolution)
    {
        int exponent = resolution & 0x7F;
        if ((resolution & 0x80) != 0) return exponent > 63 ? null : UInt128.One << exponent;
        if (exponent > 19) return null;

        UInt128 units = 1;
        for (int i = 0; i < exponent; i++) units *= 10;
        return units;
    }
}
