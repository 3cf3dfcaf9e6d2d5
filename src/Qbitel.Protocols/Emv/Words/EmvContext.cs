using System.Runtime.InteropServices;
using Qbitel.Protocols.Identifiers;

namespace Qbitel.Protocols.Emv.Words;

/// <summary>What stands beside a value and bears on its meaning.</summary>
/// <param name="Scheme">Whose application it is.</param>
/// <param name="Currency">Of the transaction.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct EmvContext(EmvScheme Scheme, Currency? Currency);
