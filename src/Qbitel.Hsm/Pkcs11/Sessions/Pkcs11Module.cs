using System.Text;
using Qbitel.Hsm.Pkcs11.Interop;

namespace Qbitel.Hsm.Pkcs11.Sessions;

/// <summary>
/// A module of this process and its epoch: sessions, handles and logins are of one epoch, and end with it.
/// </summary>
/// <remarks>
/// PKCS#11 initialises a module once for a whole process, so every token of it shares this. Calls hold the gate
/// together; a renewal holds it alone.
/// </remarks>
internal sealed unsafe class Pkcs11Module : IDisposable
{
    private static readonly TimeSpan PauseBetweenRenewals = TimeSpan.FromSeconds(1);
    private static readonly CkVersion[] Wanted = [new(3, 2), new(3, 1), new(3, 0)];

    private readonly ReaderWriterLockSlim _gate = new();
    private readonly Lock _renewing = new();
    private readonly Lock _users = new();
    private int _userCount;
    private bool _initializedByUs;
    private string? _reserved;
    private long? _renewedAt;

    public Pkcs11Module(string path, FunctionTable functions)
    {
        Path = path;
        Functions = functions;
    }

    public string Path { get; }

    public FunctionTable Functions { get; }

    /// <summary>
    /// Held by whoever makes or destroys token objects: NSS softoken writes two databases and waits for itself for ever
    /// when two sessions do it at once.
    /// </summary>
    public Lock Changes { get; } = new();

    /// <summary>Grows with every initialisation. A handle without its epoch is worth nothing.</summary>
    public int Epoch { get; private set; }

    /// <summary>Chooses the newest interface that a module offers and this code knows.</summary>
    /// <exception cref="NotSupportedException">There is none.</exception>
    public static FunctionTable Choose(nint getInterface, nint getFunctionList)
    {
        if (getInterface != 0)
        {
            var ask = (delegate* unmanaged[Cdecl]<byte*, CkVersion*, CkInterface**, ulong, Ckr>)getInterface;
            fixed (byte* name = "PKCS 11\0"u8)
            {
                foreach (CkVersion wanted in Wanted)
                {
                    CkVersion version = wanted;
                    CkInterface* found = null;
                    if (ask(name, &version, &found, 0) != Ckr.Ok || found is null || found->FunctionList is null)
                        continue;

                    // The list itself says its version, whatever was asked for.
                    if (((CkVersion*)found->FunctionList)->Major == 3) return new FunctionTable(found->FunctionList);
                }
            }
        }

        nint* list = null;
        if (getFunctionList == 0)
            throw new NotSupportedException("The library exports neither C_GetInterface nor C_GetFunctionList.");

        FunctionTable.Check("C_GetFunctionList",
            ((delegate* unmanaged[Cdecl]<nint**, Ckr>)getFunctionList)(&list));
        return list is null
            ? throw new NotSupportedException("C_GetFunctionList gave no list.")
            : new FunctionTable(list);
    }

    /// <summary>One more token uses the module; the first initialises it.</summary>
    /// <exception cref="Pkcs11Error">It cannot be initialised.</exception>
    /// <exception cref="InvalidOperationException">It is in use, initialised with something else.</exception>
    public void Attach(string? reserved)
    {
        lock (_users)
        {
            if (_userCount > 0 && reserved != _reserved)
            {
                throw new InvalidOperationException($"{Path} is in use in this process, initialised with other "
                    + "arguments; a module is initialised once for a whole process.");
            }

            if (_userCount == 0)
            {
                _reserved = reserved;
                _renewedAt = null;
                Initialize();
            }

            _userCount++;
        }
    }

    /// <summary>One token less; the last finalises, unless a call of it never came back.</summary>
    public void Detach(bool isStuck)
    {
        lock (_users)
        {
            if (--_userCount == 0 && _initializedByUs && !isStuck) FinalizeAlone();
        }
    }

    /// <summary>Finalises between the calls under way and those to come, which find that it happened.</summary>
    public void FinalizeAlone()
    {
        _gate.EnterWriteLock();
        try
        {
            Functions.FinalizeModule();
        }
        finally
        {
            _gate.ExitWriteLock();
        }
    }

    /// <summary>Before calls of one epoch; others may be inside too, a renewal is not.</summary>
    public void Enter() => _gate.EnterReadLock();

    public void Leave() => _gate.ExitReadLock();

    /// <summary>
    /// Waits for the calls under way, finalises once, initialises: a new epoch. Only the first of many who ask for the
    /// same epoch does it.
    /// </summary>
    /// <returns>False when it was tried a moment ago, or calls under way do not end.</returns>
    /// <exception cref="Pkcs11Error">The module does not initialise again.</exception>
    public bool Renew(int epoch, TimeSpan drain, TimeProvider time, out bool didIt)
    {
        didIt = false;
        lock (_renewing)
        {
            if (Epoch != epoch) return true;
            if (_renewedAt is { } last && time.GetElapsedTime(last) < PauseBetweenRenewals) return false;
            if (!_gate.TryEnterWriteLock(drain)) return false;
            try
            {
                _renewedAt = time.GetTimestamp();

                // The answer says nothing: a module that was reset from outside is finalised already.
                if (_initializedByUs) Functions.FinalizeModule();
                Initialize();
                return didIt = true;
            }
            finally
            {
                _gate.ExitWriteLock();
            }
        }
    }

    /// <summary>The slots that hold a token.</summary>
    public ulong[] Slots()
    {
        ulong count = 0;
        for (int attempt = 0; attempt < 4; attempt++) // a token may come between the two calls
        {
            FunctionTable.Check("C_GetSlotList", Functions.GetSlotList(1, null, &count));
            ulong[] slots = new ulong[checked((int)Math.Min(count, 4096)) + 4];
            count = (ulong)slots.Length;
            fixed (ulong* place = slots)
            {
                Ckr answer = Functions.GetSlotList(1, place, &count);
                if (answer == Ckr.BufferTooSmall) continue;
                FunctionTable.Check("C_GetSlotList", answer);
            }

            return slots[..checked((int)count)];
        }

        throw new Pkcs11Error("C_GetSlotList", Ckr.BufferTooSmall);
    }

    public void Dispose() => _gate.Dispose();

    private void Initialize()
    {
        byte[]? reserved = _reserved is null ? null : Encoding.UTF8.GetBytes(_reserved + "\0");
        fixed (byte* place = reserved)
        {
            CkInitializeArgs args = new() { Flags = Ck.OsLocking, Reserved = place };
            Ckr answer = Functions.Initialize(&args);

            // Another part of this process had it first: it is used, and never finalised by us.
            _initializedByUs = answer != Ckr.CryptokiAlreadyInitialized;
            if (_initializedByUs) FunctionTable.Check("C_Initialize", answer);
        }

        Epoch++;
    }
}
