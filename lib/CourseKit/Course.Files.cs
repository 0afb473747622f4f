using System.Text;
using CourseKit.Common;
using CourseKit.Display;
using CourseKit.Files;
using CourseKit.Plots;
using static TorchSharp.torch;

namespace CourseKit;

public static partial class Course
{
    /// <summary>
    /// Environment variable with the folder for the files of the running notebook. <c>coursekit run</c> sets it. The folder has the notebook's name.
    /// </summary>
    private const string ArtifactsVariable = "COURSEKIT_ARTIFACTS";

    /// <summary>Saves a tensor for Python: <c>Course.Save("samples.npy", images)</c>.</summary>
    /// <param name="fileName">A bare file name that ends in .npy.</param>
    /// <param name="tensor">float32, float64, int64, uint8 or bool; any shape.</param>
    /// <returns>A line that says what was written.</returns>
    /// <exception cref="ArgumentException">The file name holds a folder or does not end in .npy, or the tensor has another type.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static SavedFile Save(string fileName, Tensor tensor) => new(fileName,
        $"{tensor.dtype.ToString().ToLowerInvariant()} {ShapeText.Of(tensor.shape)}", NumpyFile.Save(ArtifactPath(fileName, ".npy"), tensor));

    /// <summary>Saves a network's parameters and buffers: <c>Course.Save("generator.safetensors", generator)</c>; for PyTorch <c>"generator.pth"</c>.</summary>
    /// <param name="fileName">A bare file name that ends in .safetensors, .pth or .pt.</param>
    /// <param name="module">The network.</param>
    /// <returns>A line that says what was written.</returns>
    /// <exception cref="ArgumentException">The file name holds a folder or has another ending, or a tensor of the network has a type that cannot
    /// be saved.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static SavedFile Save(string fileName, nn.Module module)
    {
        var bytes = Weights.Save(ArtifactPath(fileName, ".safetensors", ".pth", ".pt"), module);
        return new(fileName, FormattableString.Invariant($"{module.parameters().Sum(parameter => parameter.NumberOfElements):N0} parameters"), bytes);
    }

    /// <summary>Saves lines of text, e.g. generated sentences: <c>Course.Save("sentences.txt", sentences)</c>.</summary>
    /// <param name="fileName">A bare file name that ends in .txt.</param>
    /// <param name="lines">Each string becomes one line of the file. The file is UTF-8.</param>
    /// <returns>A line that says what was written.</returns>
    /// <exception cref="ArgumentException">The file name holds a folder or does not end in .txt.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static SavedFile Save(string fileName, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        var path = ArtifactPath(fileName, ".txt");
        var text = string.Concat(all.Select(line => line + "\n"));
        return new(fileName, $"{all.Count} lines", AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text))));
    }

    /// <summary>Saves a film as an animated GIF, for slides and web pages: <c>Course.Save("faces.gif", Filmstrip.Of(...))</c>.</summary>
    /// <param name="fileName">A bare file name that ends in .gif.</param>
    /// <param name="film">The film: a frame for each picture of its slider.</param>
    /// <returns>A line that says what was written.</returns>
    /// <exception cref="ArgumentException">The file name holds a folder or does not end in .gif.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static SavedFile Save(string fileName, Filmstrip film)
    {
        var bytes = FilmGif.Save(ArtifactPath(fileName, ".gif"), film.Film);
        return new(fileName, $"{film.Film.Count} frames", bytes);
    }

    /// <summary>Finds a file that another notebook saved.</summary>
    /// <param name="notebook">The notebook's name without extension, e.g. "02-adversarial-training".</param>
    /// <param name="file">The file's name, e.g. "generator.safetensors".</param>
    /// <returns>The file's path, or null if there is no such file, e.g. because that notebook has not run yet.</returns>
    /// <exception cref="ArgumentException">A name is empty, holds a folder, or has a character that is not allowed in file names.</exception>
    public static string? Artifact(string notebook, string file)
    {
        CheckBare(notebook, nameof(notebook));
        CheckBare(file, nameof(file));
        // `coursekit run` gives each notebook its own folder. These folders lie side by side. Without `coursekit run`, all notebooks save to
        // artifacts/ in the current directory. A sub-folder with the notebook's name is tried first.
        var candidates = Environment.GetEnvironmentVariable(ArtifactsVariable) is { Length: > 0 } own
            ? new[] { Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(own)))!, notebook, file) }
            : [Path.Combine("artifacts", notebook, file), Path.Combine("artifacts", file)];
        return candidates.Select(Path.GetFullPath).FirstOrDefault(File.Exists);
    }

    private static string ArtifactPath(string fileName, params string[] extensions)
    {
        CheckBare(fileName, nameof(fileName));
        if (!extensions.Contains(Path.GetExtension(fileName)))
            throw new ArgumentException($"'{fileName}': expected a name that ends in {string.Join(" or ", extensions)}.", nameof(fileName));
        var folder = Environment.GetEnvironmentVariable(ArtifactsVariable);
        return Path.Combine(string.IsNullOrEmpty(folder) ? Path.GetFullPath("artifacts") : folder, fileName);
    }

    private static void CheckBare(string name, string parameter)
    {
        if (string.IsNullOrWhiteSpace(name) || name is "." or ".." || name.AsSpan().ContainsAny('/', '\\')
            || name.AsSpan().ContainsAny(Path.GetInvalidFileNameChars()))
            throw new ArgumentException($"'{name}': expected a bare name without a folder.", parameter);
    }
}
