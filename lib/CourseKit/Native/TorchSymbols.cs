using System.Runtime.InteropServices;
using CourseKit.Common;

namespace CourseKit.Native;

/// <summary>
/// What TorchSharp's binding needs of libtorch, and what of that a libtorch does not have. Both are read from the tables of symbols; nothing is loaded.
/// C++ writes the types of a function's parameters into its symbol, so a function that was changed is missing too. What it does may change unseen.
/// </summary>
/// <param name="Needed">How many symbols the binding needs of libtorch.</param>
/// <param name="Missing">Those that the libtorch does not have, in the order of the binding.</param>
internal sealed record TorchSymbols(int Needed, IReadOnlyList<string> Missing)
{
    private const int Named = 3;

    /// <summary>Compares a binding with a libtorch.</summary>
    /// <param name="binding">The path of TorchSharp's binding.</param>
    /// <param name="libraries">The paths of libtorch's libraries.</param>
    /// <exception cref="InvalidDataException">A file is not a library for 64 bits, or is damaged.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static TorchSymbols Compare(string binding, IEnumerable<string> libraries)
    {
        // GNU's C and C++ libraries give each of their symbols a version, and libtorch gives none. So what has no version, the binding needs of libtorch.
        var needed = ElfFile.Symbols(binding).Where(symbol => symbol is { IsDefined: false, IsWeak: false, IsVersioned: false }).Select(symbol => symbol.Name).ToList();
        var missing = needed.ToHashSet(StringComparer.Ordinal);
        foreach (var library in libraries.TakeWhile(_ => missing.Count > 0))
            missing.ExceptWith(ElfFile.Symbols(library).Where(symbol => symbol.IsDefined).Select(symbol => symbol.Name));
        return new(needed.Count, [.. needed.Where(missing.Contains)]);
    }

    /// <summary>How many are missing, and the names of the first, in words.</summary>
    public override string ToString() => FormattableString.Invariant($"{Missing.Count:N0} of the {Needed:N0} symbols that TorchSharp needs")
        + (Missing.Count == 0 ? "" : $": {string.Join(", ", Missing.Take(Named).Select(Readable))}{(Missing.Count > Named ? " and others" : "")}");

    // "at::_ops::pin_memory::call" for "_ZN2at4_ops10pin_memory4callE...". The types of the parameters would take lines.
    private static string Readable(string symbol)
    {
        try
        {
            var text = Demangle(symbol, 0, 0, out _);
            var name = text == 0 ? symbol : Marshal.PtrToStringUTF8(text)!;
            Marshal.FreeHGlobal(text); // C's free, as __cxa_demangle asks for
            return name.Split('(')[0];
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            return symbol; // another C++ library
        }
    }

    [DllImport("libstdc++.so.6", EntryPoint = "__cxa_demangle")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern nint Demangle([MarshalAs(UnmanagedType.LPUTF8Str)] string name, nint buffer, nint length, out int status);
}
