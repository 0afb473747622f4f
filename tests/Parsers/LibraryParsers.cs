using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using CourseKit.Data;
using CourseKit.Files;
using SkiaSharp;
using TorchSharp;

namespace CourseKit.Tests.Parsers;

/// <summary>The parsers of the library: data files, tensor files, pictures.</summary>
internal sealed class LibraryParsers : IDisposable
{
    private const int Side = 4;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("coursekit-parsers-");
    private readonly byte[][] pictures = [.. new[] { SKEncodedImageFormat.Png, SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Webp }.Select(Picture)];

    /// <summary>Whether somebody else changes each file while it is read: another length, other bytes, gone and back.</summary>
    public bool FilesChange { get; init; }

    public IReadOnlyList<Parser> All =>
    [
        new("IDX", random => Idx(random, dimensions: 3), bytes => Reads<DataFormatException>("a", bytes, path => IdxFile.ReadImages(path).Dispose())),
        new("IDX, labels", random => Idx(random, dimensions: 1), bytes => Reads<DataFormatException>("a", bytes, path => IdxFile.ReadLabels(path).Dispose())),
        new("npy", Npy, bytes => Reads<TensorFileException>("a.npy", bytes, path => NumpyFile.Load(path).Dispose())),
        new("safetensors", Safe, bytes => Reads<TensorFileException>("a.safetensors", bytes, path =>
        {
            foreach (var tensor in SafeTensors.Load(path).Values)
                tensor.Dispose();
        })),
        new("pth", PyTorch, bytes => Reads<TensorFileException>("a.pth", bytes, path =>
        {
            foreach (var tensor in Weights.Load(path).Values)
                tensor.Dispose();
        })),
        new("pictures", random => Png(Changed(pictures[random.Next(pictures.Length)], random)),
            bytes => Reads<DataFormatException>("a.png", bytes, path => ImageFolder.Load(folder.FullName, Side).Dispose())),
    ];

    public void Dispose() => folder.Delete(recursive: true);

    private bool Reads<TRefused>(string name, byte[] content, Action<string> read)
        where TRefused : Exception
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllBytes(path, content);
        var meanwhile = FilesChange ? new ChangingFile(path, content) : null;
        try
        {
            read(path);
            return true;
        }
        catch (TRefused)
        {
            return false;
        }
        catch (FileNotFoundException) when (FilesChange)
        {
            return false;
        }
        finally
        {
            meanwhile?.Dispose();
            File.Delete(path);
        }
    }

    private static byte[] Idx(Random random, int dimensions)
    {
        var content = new byte[4 + (4 * dimensions) + (dimensions == 1 ? 3 : 12)];
        content[2] = 8;
        content[3] = (byte)dimensions;
        for (var i = 0; i < dimensions; i++)
            content[4 + (4 * i) + 3] = (byte)(i == 0 ? 3 : 2);
        for (var changes = random.Next(3); changes > 0; changes--)
            content = Mutant.OfField(content, random.Next(dimensions + 1) * 4, 4, bigEndian: true, random);
        if (random.Next(3) == 0)
            content = Mutant.OfBytes(content, random);
        if (random.Next(2) == 0)
            return content;
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(random.Next(64) == 0 ? [.. content, .. new byte[1_000_000]] : content); // a little file that unpacks to a large one
        byte[] whole = random.Next(8) == 0 ? [.. packed.ToArray(), .. packed.ToArray()] : packed.ToArray();
        return random.Next(2) == 0 ? whole : Mutant.OfBytes(whole, random);
    }

    private static byte[] Npy(Random random)
    {
        string[] types = ["<f4", "<f8", "<i8", "|u1", "|b1", ">f4", "|O"];
        int[] sizes = [4, 8, 8, 1, 1, 4, 8];
        var (type, rows) = (random.Next(types.Length), random.Next(3));
        var header = $"{{'descr': '{types[type]}', 'fortran_order': False, 'shape': ({rows}, 2), }}";
        for (var changes = random.Next(3); changes > 0; changes--)
            header = random.Next(8) == 0 ? header.Replace("(", "(" + string.Concat(Enumerable.Repeat("1, ", random.Next(1, 20_000))), StringComparison.Ordinal) : Mutant.OfNumbers(header, random);
        var content = (byte[])[0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.Latin1.GetBytes(header), .. new byte[rows * 2 * sizes[type]]];
        return random.Next(4) switch
        {
            0 => Mutant.OfBytes(content, random),
            1 => Mutant.OfField(content, random.Next(6, 9), 2, bigEndian: false, random),
            _ => content,
        };
    }

    private static byte[] Safe(Random random)
    {
        var header = """{"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[],"data_offsets":[8,9]},"__metadata__":{"format":"pt"}}""";
        if (random.Next(4) == 0)
            header = header.Replace("[]", "[" + string.Concat(Enumerable.Repeat("1,", random.Next(1, 20_000))) + "1]", StringComparison.Ordinal);
        if (random.Next(3) == 0)
            header = """{"a":{"dtype":"F32","shape":[0,1],"data_offsets":[0,0]}}""";
        for (var changes = random.Next(3); changes > 0; changes--)
            header = Mutant.OfNumbers(header, random);
        if (random.Next(2) == 0)
            header = Mutant.OfJson(header, random);
        var text = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        byte[] content = [.. length, .. text, .. new byte[header.Contains("\"F32\",\"shape\":[0", StringComparison.Ordinal) ? 0 : 9]];
        return random.Next(5) switch
        {
            0 => Mutant.OfBytes(content, random),
            1 => Mutant.OfField(content, 0, 8, bigEndian: false, random),
            _ => content,
        };
    }

    // An archive with a pickle of two tensors, of which one or the other is changed.
    private static byte[] PyTorch(Random random)
    {
        var float32 = StoredType.All.First(type => type.PyTorch == "Float");
        var pickle = PyTorchPickle.Write([("a", float32, [2, 1]), ("b", float32, [])]);
        if (random.Next(3) > 0)
            pickle = random.Next(2) == 0 ? Mutant.OfBytes(pickle, random) : Mutant.OfField(pickle, random.Next(pickle.Length), random.Next(2) == 0 ? 4 : 8, bigEndian: false, random);
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in new[] { ("data.pkl", pickle), ("byteorder", "little"u8.ToArray()), ("data/0", new byte[8]), ("data/1", new byte[4]), ("version", "3\n"u8.ToArray()) })
            {
                using var entry = archive.CreateEntry($"a/{name}", random.Next(4) == 0 ? CompressionLevel.Fastest : CompressionLevel.NoCompression).Open();
                entry.Write(random.Next(64) == 0 ? [.. content, .. new byte[1_000_000]] : content);
            }
        }
        var whole = stream.ToArray();
        return random.Next(6) switch
        {
            0 => Mutant.OfBytes(whole, random),
            1 or 2 => Mutant.OfField(whole, random.Next(whole.Length), random.Next(2) == 0 ? 2 : 4, bigEndian: false, random),
            _ => whole,
        };
    }

    // Fields of the metadata stand at the beginning: sizes, lengths of blocks, the orientation.
    private static byte[] Changed(byte[] picture, Random random)
    {
        var content = (byte[])picture.Clone();
        for (var changes = random.Next(3); changes > 0; changes--)
            content = Mutant.OfField(content, random.Next(Math.Min(content.Length, 200)), random.Next(2) == 0 ? 2 : 4, random.Next(2) == 0, random);
        return random.Next(2) == 0 ? Mutant.OfBytes(content, random) : content;
    }

    // Readers of PNG look at a block's content only if its checksum is right.
    private static byte[] Png(byte[] content)
    {
        for (long at = 8; content is [0x89, (byte)'P', (byte)'N', (byte)'G', ..] && at + 12 <= content.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan((int)at));
            if (at + 12 + length > content.Length)
                break;
            var end = (int)(at + 8 + length);
            BinaryPrimitives.WriteUInt32BigEndian(content.AsSpan(end), Crc32.HashToUInt32(content.AsSpan((int)at + 4, end - (int)at - 4)));
            at = end + 4;
        }
        return content;
    }

    private static byte[] Picture(SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(Side, Side);
        bitmap.Erase(SKColors.Red);
        using var data = bitmap.Encode(format, 90);
        var content = data.ToArray();
        // What a camera writes behind the first marker: the picture lies on its side.
        return format != SKEncodedImageFormat.Jpeg ? content
            : [.. content[..2], 0xff, 0xe1, 0, 34, .. "Exif\0\0II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, .. content[2..]];
    }
}
