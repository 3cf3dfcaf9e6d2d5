using System.Globalization;
using System.Runtime.InteropServices;

namespace Qbitel.Protocols.Fpml.Products;

/// <summary>An amount as a contract states it: of any decimals, in whatever the document calls its currency.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FpmlAmount(decimal Amount, string Currency)
{
    /// <summary>Such as <c>EUR 10,000,000.00</c>.</summary>
    public override string ToString() =>
        $"{Currency} {Amount.ToString("#,##0.############", CultureInfo.InvariantCulture)}";
}

/// <summary>A value from a date on.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FpmlStep(DateOnly Date, decimal Value);
