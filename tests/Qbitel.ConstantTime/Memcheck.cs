using System.Runtime.InteropServices;

namespace Qbitel.ConstantTime;

/// <summary>Requests to valgrind's memcheck, under which a secret is memory that counts as never written.</summary>
/// <remarks>
/// A request is a sequence of rotations that changes nothing and that valgrind recognises (valgrind.h, amd64), so on a
/// bare processor all of this does nothing. It is written here as bytes because C# has no inline assembly.
/// </remarks>
internal static unsafe partial class Memcheck
{
    private const ulong RunningOnValgrind = 0x1001;
    private const ulong MakeUndefined = 0x4D430001; // 'M' 'C' 1
    private const ulong MakeDefined = 0x4D430002;

    private const int ReadWriteExecute = 7;
    private const int PrivateAnonymous = 0x22;

    private static readonly delegate* unmanaged<ulong*, ulong, ulong> Request = Load();

    /// <summary>
    /// Until then nothing is poisoned: memcheck reports a place once, and a rehearsal must not use that up.
    /// </summary>
    public static bool IsArmed { get; set; }

    public static bool IsRunning => Send(RunningOnValgrind, null, 0) != 0;

    /// <summary>From here on every branch and address that depends on these bytes is reported.</summary>
    public static void Poison(Span<byte> secret)
    {
        if (!IsArmed) return;
        fixed (byte* p = secret) Send(MakeUndefined, p, secret.Length);
    }

    /// <summary>What a standard publishes is no secret any more.</summary>
    public static void Declassify(ReadOnlySpan<byte> published)
    {
        fixed (byte* p = published) Send(MakeDefined, p, published.Length);
    }

    private static ulong Send(ulong request, byte* start, int length)
    {
        ulong* arguments = stackalloc ulong[] { request, (ulong)start, (ulong)length, 0, 0, 0 };
        return Request(arguments, 0);
    }

    private static delegate* unmanaged<ulong*, ulong, ulong> Load()
    {
        ReadOnlySpan<byte> code =
        [
            0x48, 0x89, 0xF8, // mov rax, rdi: the arguments
            0x48, 0x89, 0xF2, // mov rdx, rsi: the answer where there is no valgrind
            0x48, 0xC1, 0xC7, 0x03, 0x48, 0xC1, 0xC7, 0x0D, // rol rdi, 3; rol rdi, 13
            0x48, 0xC1, 0xC7, 0x3D, 0x48, 0xC1, 0xC7, 0x33, // rol rdi, 61; rol rdi, 51
            0x48, 0x87, 0xDB, // xchg rbx, rbx
            0x48, 0x89, 0xD0, 0xC3, // mov rax, rdx; ret
        ];
        nint page = MemoryMap(0, 4096, ReadWriteExecute, PrivateAnonymous, -1, 0);
        if (page == -1) throw new InvalidOperationException("No memory that may be executed.");

        code.CopyTo(new Span<byte>((void*)page, 4096));
        return (delegate* unmanaged<ulong*, ulong, ulong>)page;
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint MemoryMap(nint address, nuint length, int protection, int flags, int file, nint offset);
}
