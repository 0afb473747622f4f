// This file is compiled twice. The libraries use it to diagnose a native library that does not load, and to make a copy of it that does. MSBuild
// (TorchBackend.targets) compiles it to make that copy of libLibTorchSharp.so when the course is built. MSBuild compiles against .NET Standard 2.0 and without implicit usings.
#pragma warning disable IDE0005 // MSBuild needs these usings.
using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
#pragma warning restore IDE0005

namespace CourseKit.Common;

/// <summary>One symbol version that an ELF library asks another library for, e.g. GLIBCXX_3.4.32 of libstdc++.so.6.</summary>
internal sealed class NeededVersion
{
    public NeededVersion(string library, string version, bool isWeak, int flagsOffset)
    {
        Library = library;
        Version = version;
        IsWeak = isWeak;
        FlagsOffset = flagsOffset;
    }

    public string Library { get; }
    public string Version { get; }

    /// <summary>Whether the library loads even if this version is missing (VER_FLG_WEAK).</summary>
    public bool IsWeak { get; }

    /// <summary>The offset of the entry's vna_flags in the file.</summary>
    public int FlagsOffset { get; }
}

/// <summary>
/// Reads the symbol versions that a 64-bit little-endian ELF library needs and offers. Can make one needed version weak in a copy.
/// </summary>
internal static class ElfSymbolVersions
{
    /// <summary>The version of libstdc++ that TorchSharp's binding asks for, although no symbol that it uses needs it.</summary>
    public const string NeedlessVersion = "GLIBCXX_3.4.32";

    private const uint ShtGnuVerneed = 0x6ffffffe, ShtGnuVerdef = 0x6ffffffd;
    private const ushort VerFlgWeak = 2;

    /// <summary>The versions that the library needs (section .gnu.version_r), in file order.</summary>
    /// <exception cref="InvalidDataException">The file is not a complete 64-bit little-endian ELF file.</exception>
    public static List<NeededVersion> ReadNeeded(string path)
    {
        return Needed(path, File.ReadAllBytes(path));
    }

    /// <summary>The names in section .gnu.version_d, in file order: as a rule the library's own name, then the versions that it offers.</summary>
    /// <exception cref="InvalidDataException">The file is not a complete 64-bit little-endian ELF file.</exception>
    public static List<string> ReadDefined(string path)
    {
        var elf = File.ReadAllBytes(path);
        var defined = new List<string>();
        long section, strings, count;
        if (!FindSection(path, elf, ShtGnuVerdef, out section, out strings, out count))
            return defined;
        var entry = section;
        for (long i = 0; i < count; i++)
        {
            var aux = entry + U32(path, elf, entry + 12);
            defined.Add(Text(path, elf, strings + U32(path, elf, aux)));
            entry += U32(path, elf, entry + 16);
        }
        return defined;
    }

    /// <summary>
    /// Writes a copy of <paramref name="source"/> to <paramref name="target"/> in which the need for <paramref name="version"/> is weak.
    /// The source does not change. The copy gets the name of the target only when it is complete, so a failure leaves no half-written target.
    /// </summary>
    /// <exception cref="InvalidDataException">The source is not a complete 64-bit little-endian ELF file, or does not need this version.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read or written.</exception>
    public static void Weaken(string source, string target, string version)
    {
        var elf = File.ReadAllBytes(source);
        var needed = Needed(source, elf);
        var entry = needed.Find(need => need.Version == version);
        if (entry == null)
        {
            throw new InvalidDataException(source + ": asks for no symbol version " + version + " (it asks for "
                + string.Join(", ", needed.ConvertAll(need => need.Version).ToArray()) + "). "
                + "Nothing was written; if TorchSharp was updated, this step may no longer be needed.");
        }
        elf[entry.FlagsOffset] |= (byte)VerFlgWeak;
        var beside = target + "." + Guid.NewGuid().ToString("N") + ".part"; // two builds at once write two files
        File.WriteAllBytes(beside, elf);
        if (File.Exists(target))
            File.Delete(target);
        File.Move(beside, target);
    }

    // Elf64_Verneed: version(2) count(2) file(4) aux(4) next(4). Elf64_Vernaux: hash(4) flags(2) other(2) name(4) next(4).
    private static List<NeededVersion> Needed(string path, byte[] elf)
    {
        var needed = new List<NeededVersion>();
        long section, strings, libraries;
        if (!FindSection(path, elf, ShtGnuVerneed, out section, out strings, out libraries))
            return needed;
        var library = section;
        for (long i = 0; i < libraries; i++)
        {
            var name = Text(path, elf, strings + U32(path, elf, library + 4));
            var version = library + U32(path, elf, library + 8);
            for (int n = U16(path, elf, library + 2); n > 0; n--)
            {
                var flags = U16(path, elf, version + 4);
                var text = Text(path, elf, strings + U32(path, elf, version + 8));
                needed.Add(new NeededVersion(name, text, (flags & VerFlgWeak) != 0, checked((int)version + 4)));
                version += U32(path, elf, version + 12);
            }
            library += U32(path, elf, library + 12);
        }
        return needed;
    }

    // Elf64_Shdr is 64 bytes: name(4) type(4) flags(8) addr(8) offset(8) size(8) link(4) info(4) ...
    private static bool FindSection(string path, byte[] elf, uint type, out long offset, out long strings, out long entries)
    {
        if (elf.Length < 4 || elf[0] != 0x7f || elf[1] != 'E' || elf[2] != 'L' || elf[3] != 'F')
            throw new InvalidDataException(path + ": not an ELF file (expected it to begin with 7F 45 4C 46). It was left untouched.");
        if (elf.Length > 5 && (elf[4] != 2 || elf[5] != 1))
            throw new InvalidDataException(path + ": expected a 64-bit little-endian ELF file (class 2, data 1), found class "
                + elf[4] + ", data " + elf[5] + ". It was left untouched.");
        var headers = U64(path, elf, 0x28);
        int size = U16(path, elf, 0x3a), count = U16(path, elf, 0x3c);
        offset = strings = entries = 0;
        for (var i = 0; i < count; i++)
        {
            var header = headers + (long)i * size;
            if (U32(path, elf, header + 4) != type)
                continue;
            offset = U64(path, elf, header + 0x18);
            entries = U32(path, elf, header + 0x2c);
            strings = U64(path, elf, headers + U32(path, elf, header + 0x28) * size + 0x18);
            return true;
        }
        return false;
    }

    private static ushort U16(string path, byte[] elf, long at)
    {
        Within(path, elf, at, 2);
        return BitConverter.ToUInt16(elf, (int)at);
    }

    private static long U32(string path, byte[] elf, long at)
    {
        Within(path, elf, at, 4);
        return BitConverter.ToUInt32(elf, (int)at);
    }

    private static long U64(string path, byte[] elf, long at)
    {
        Within(path, elf, at, 8);
        return BitConverter.ToInt64(elf, (int)at);
    }

    private static string Text(string path, byte[] elf, long at)
    {
        var end = at;
        do
            Within(path, elf, end, 1);
        while (elf[end++] != 0);
        return Encoding.ASCII.GetString(elf, (int)at, (int)(end - at - 1));
    }

    private static void Within(string path, byte[] elf, long at, int bytes)
    {
        if (at < 0 || at > elf.Length - bytes)
            throw new InvalidDataException(path + ": truncated or damaged ELF file: it has " + elf.Length
                + " bytes, its headers point to byte " + (at + bytes) + ". It was left untouched.");
    }
}

#if !COURSEKIT
/// <summary>The MSBuild task with which TorchBackend.targets makes the copy of libLibTorchSharp.so.</summary>
public sealed class WeakenSymbolVersion : Microsoft.Build.Utilities.Task
{
    public string Source { get; set; }

    public string Target { get; set; }

    public override bool Execute()
    {
        try
        {
            ElfSymbolVersions.Weaken(Source, Target, ElfSymbolVersions.NeedlessVersion);
        }
        catch (Exception error) when (error is IOException || error is InvalidDataException || error is UnauthorizedAccessException)
        {
            Log.LogError(error.Message);
        }
        return !Log.HasLoggedErrors;
    }
}
#endif
