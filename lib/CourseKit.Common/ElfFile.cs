using System.Buffers.Binary;
using System.Text;
using static System.FormattableString;

namespace CourseKit.Common;

/// <summary>One symbol that a library offers to others, or needs of them.</summary>
/// <param name="Name">The name as linkers know it: that of C++ is mangled.</param>
/// <param name="IsDefined">Whether the library offers the symbol; else it needs it.</param>
/// <param name="IsWeak">Whether the library loads also where nobody offers the symbol.</param>
/// <param name="IsVersioned">Whether the symbol has a version, as those of GNU's C and C++ libraries do.</param>
internal readonly record struct ElfSymbol(string Name, bool IsDefined, bool IsWeak, bool IsVersioned);

/// <summary>
/// The headers of a 64-bit little-endian ELF library. They show whether the file was cut off, and which libraries it needs. A check reads only the
/// headers, because a library of libtorch can have hundreds of megabytes.
/// </summary>
internal sealed class ElfFile
{
    private const int HeaderSize = 64, SectionSize = 64, TypeAt = 4, OffsetAt = 0x18, SizeAt = 0x20, LinkAt = 0x28, LongestName = 256;
    private const uint Dynamic = 6, DynamicSymbols = 11, SymbolVersions = 0x6fffffff; // SHT_DYNAMIC, SHT_DYNSYM, SHT_GNU_versym
    private const long Needed = 1;  // DT_NEEDED

    // Elf64_Sym: name(4) info(1) other(1) section(2) value(8) size(8). The upper half of info is the binding; section 0 means that the symbol is needed.
    private const int SymbolSize = 24, InfoAt = 4, SectionAt = 6, WeakBinding = 2;

    private ElfFile(IReadOnlyList<string> needs) => Needs = needs;

    /// <summary>The file names of the libraries that this library needs (DT_NEEDED).</summary>
    public IReadOnlyList<string> Needs { get; }

    /// <exception cref="InvalidDataException">The file is not a 64-bit little-endian ELF library, or a part of it is missing.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not read the file.</exception>
    public static ElfFile Read(string path)
    {
        using var file = File.OpenRead(path);
        var sections = Sections(path, file);
        var needs = new List<string>();
        if (Section(sections, Dynamic) is { } at)
        {
            var (entries, names) = (Content(path, file, sections, at), Number(sections, Linked(path, sections, at) + OffsetAt));
            for (var entry = 0; entry + 16 <= entries.Length; entry += 16)
            {
                if (Number(entries, entry) == Needed)
                    needs.Add(Text(path, file, names + Number(entries, entry + 8)));
            }
        }
        return new ElfFile(needs);
    }

    /// <summary>The symbols that the library offers or needs (.dynsym), in file order. Of libtorch's largest library this reads 10 MB.</summary>
    /// <exception cref="InvalidDataException">The file is not a 64-bit little-endian ELF library, or a part of it is missing.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not read the file.</exception>
    public static IReadOnlyList<ElfSymbol> Symbols(string path)
    {
        using var file = File.OpenRead(path);
        var sections = Sections(path, file);
        var found = new List<ElfSymbol>();
        if (Section(sections, DynamicSymbols) is not { } at)
            return found;
        var (symbols, names) = (Content(path, file, sections, at), Content(path, file, sections, Linked(path, sections, at)));
        var versions = Section(sections, SymbolVersions) is { } of ? Content(path, file, sections, of) : null;
        for (int i = 1, symbol = SymbolSize; symbol + SymbolSize <= symbols.Length; i++, symbol += SymbolSize) // the first is none
        {
            var name = BinaryPrimitives.ReadUInt32LittleEndian(symbols.AsSpan(symbol));
            var end = name < names.Length ? names.AsSpan((int)name).IndexOf((byte)0) : -1;
            if (end < 0 || (versions is not null && 2 * i + 2 > versions.Length))
                throw new InvalidDataException(Invariant($"{path}: damaged, symbol {i} has no name or no version."));
            // Versions 0 and 1 are none; the upper bit only hides a symbol from linkers.
            found.Add(new(Encoding.UTF8.GetString(names, (int)name, end), Short(symbols, symbol + SectionAt) != 0, symbols[symbol + InfoAt] >> 4 == WeakBinding,
                versions is not null && (Short(versions, 2 * i) & 0x7fff) > 1));
        }
        return found;
    }

    private static byte[] Sections(string path, FileStream file)
    {
        var header = Part(path, file, 0, HeaderSize);
        if (!header.AsSpan(0, 4).SequenceEqual("\u007fELF"u8) || header[4] != 2 || header[5] != 1)
            throw new InvalidDataException($"{path}: not a 64-bit ELF library (it begins with {Convert.ToHexString(header.AsSpan(0, 6))}, expected 7F454C460201).");
        // Linkers write the section headers at the end of the file. So a file that was cut off lacks them.
        return Part(path, file, Number(header, 0x28), Short(header, 0x3c) * SectionSize);
    }

    private static int? Section(byte[] sections, uint type)
    {
        for (var at = 0; at < sections.Length; at += SectionSize)
        {
            if (Type(sections, at) == type)
                return at;
        }
        return null;
    }

    private static uint Type(byte[] sections, int at) => BinaryPrimitives.ReadUInt32LittleEndian(sections.AsSpan(at + TypeAt));

    // Where the header of the section begins that this one names for its texts.
    private static int Linked(string path, byte[] sections, int at)
    {
        var link = (long)BinaryPrimitives.ReadUInt32LittleEndian(sections.AsSpan(at + LinkAt)) * SectionSize;
        return link < sections.Length ? (int)link
            : throw new InvalidDataException($"{path}: damaged, its {(Type(sections, at) == Dynamic ? "dynamic section" : "table of symbols")} refers to section {link / SectionSize} of {sections.Length / SectionSize}.");
    }

    private static byte[] Content(string path, FileStream file, byte[] sections, int at) => Part(path, file, Number(sections, at + OffsetAt), Number(sections, at + SizeAt));

    private static byte[] Part(string path, FileStream file, long offset, long size)
    {
        if (offset < 0 || size < 0 || offset > file.Length - size || size > Array.MaxLength)
            throw new InvalidDataException(Invariant($"{path}: cut off or damaged: it has {file.Length:N0} bytes, and its headers lead to byte {(ulong)offset + (ulong)size:N0}."));
        var part = new byte[size];
        file.Seek(offset, SeekOrigin.Begin);
        file.ReadExactly(part);
        return part;
    }

    private static long Number(byte[] bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));

    private static ushort Short(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    // The string table holds the names of all symbols and can have tens of megabytes. So this method reads one name only.
    private static string Text(string path, FileStream file, long at)
    {
        var bytes = Part(path, file, at, Math.Min(LongestName, file.Length - at));
        var length = Array.IndexOf(bytes, (byte)0);
        return length < 0 ? throw new InvalidDataException($"{path}: damaged, a name of its dynamic section ends nowhere.") : Encoding.UTF8.GetString(bytes, 0, length);
    }
}
