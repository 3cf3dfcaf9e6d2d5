using Qbitel.Hsm.Pkcs11.Interop;

namespace Qbitel.Hsm.Pkcs11.Sessions;

/// <summary>What the slot itself says it can do: nothing is assumed from a vendor's name.</summary>
internal sealed unsafe class SlotCapabilities
{
    private readonly Dictionary<Ckm, CkMechanismInfo> _mechanisms;

    private SlotCapabilities(Dictionary<Ckm, CkMechanismInfo> mechanisms, bool encapsulates)
    {
        _mechanisms = mechanisms;
        HasEncapsulation = encapsulates;
    }

    /// <summary>The interface has C_EncapsulateKey and C_DecapsulateKey (3.2).</summary>
    public bool HasEncapsulation { get; }

    public int Count => _mechanisms.Count;

    /// <summary>A module that takes no information about one mechanism loses that mechanism, not the others.</summary>
    public static SlotCapabilities Ask(FunctionTable functions, ulong slot)
    {
        ulong count = 0;
        FunctionTable.Check("C_GetMechanismList", functions.GetMechanismList(slot, null, &count));
        Ckm[] listed = new Ckm[checked((int)Math.Min(count, 4096))];
        count = (ulong)listed.Length;
        fixed (Ckm* place = listed)
            FunctionTable.Check("C_GetMechanismList", functions.GetMechanismList(slot, place, &count));

        Dictionary<Ckm, CkMechanismInfo> mechanisms = [];
        foreach (Ckm mechanism in listed.AsSpan(0, checked((int)count)))
        {
            CkMechanismInfo info;
            if (functions.GetMechanismInfo(slot, mechanism, &info) == Ckr.Ok) mechanisms[mechanism] = info;
        }

        return new SlotCapabilities(mechanisms, functions.HasEncapsulation);
    }

    public bool Can(Ckm mechanism, MechanismFlags use) =>
        _mechanisms.TryGetValue(mechanism, out CkMechanismInfo info) && (info.Flags & use) == use;

    /// <summary>Whether keys of so many bits (or bytes: each mechanism chooses) are in range.</summary>
    public bool CanSize(Ckm mechanism, ulong bits) => _mechanisms.TryGetValue(mechanism, out CkMechanismInfo info)
        && (info.MaxKeySize == 0 || (bits >= info.MinKeySize && bits <= info.MaxKeySize)
            || (bits / 8 >= info.MinKeySize && bits / 8 <= info.MaxKeySize));

    /// <summary>Why not, naming the mechanism; null when it can.</summary>
    public string? WhyNot(Ckm mechanism, MechanismFlags use) =>
        !_mechanisms.TryGetValue(mechanism, out CkMechanismInfo info) ? $"the slot does not list {Ck.Spell(mechanism)}"
        : (info.Flags & use) != use && !IsGeneration(info.Flags, use)
            ? $"{Ck.Spell(mechanism)} of the slot is not for {use & ~info.Flags}"
        : null;

    // NSS softoken lists the generation of ML-DSA pairs as CKF_GENERATE.
    private static bool IsGeneration(MechanismFlags has, MechanismFlags use) =>
        use == MechanismFlags.GenerateKeyPair && has.HasFlag(MechanismFlags.Generate);
}
