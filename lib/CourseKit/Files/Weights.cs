using CourseKit.Display;
using static TorchSharp.torch;

namespace CourseKit.Files;

/// <summary>
/// The parameters and buffers of a network (its state_dict) in a file, whose extension says what it is: <c>.safetensors</c>, or <c>.pth</c> and <c>.pt</c>,
/// which PyTorch's <c>torch.save</c> and <c>torch.load</c> write and read. No file runs code.
/// </summary>
public static class Weights
{
    /// <summary>Writes the parameters and buffers of a module. An older file is replaced only when the new one is complete.</summary>
    /// <param name="path">The file to write, .safetensors, .pth or .pt. Its folder is created if needed.</param>
    /// <param name="module">The network to save.</param>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="ArgumentException">The path has another extension, or a tensor has a type that cannot be saved, such as a complex type.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static long Save(string path, nn.Module module)
    {
        using var scope = NewDisposeScope();
        return IsPyTorch(path) ? PyTorchFile.Save(path, module.state_dict()) : SafeTensors.Save(path, module.state_dict());
    }

    /// <summary>Reads all tensors of a file onto the CPU.</summary>
    /// <param name="path">The file to read, .safetensors, .pth or .pt. Of a checkpoint that holds one network beside other things, it is the network's tensors,
    /// which is displayed.</param>
    /// <returns>The tensors by name; the caller disposes of them.</returns>
    /// <exception cref="ArgumentException">The path has another extension.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="TensorFileException">The file is damaged, or holds something else than tensors by name.</exception>
    public static Dictionary<string, Tensor> Load(string path) => IsPyTorch(path) ? PyTorchFile.Load(path) : SafeTensors.Load(path);

    /// <summary>
    /// Copies a saved state into a module of the same structure. All names, shapes and types are checked first. Floating-point values may be of a
    /// type that the module's type contains, e.g. float16 or bfloat16 for a module of float32: this is displayed. So it is where all names begin with
    /// <c>module.</c>, as those of PyTorch's DataParallel do, and are read without it.
    /// </summary>
    /// <param name="path">A file that <see cref="Save"/> or another program wrote: .safetensors, .pth or .pt.</param>
    /// <param name="module">The module. Its parameters and buffers are overwritten; they may be on any device.</param>
    /// <exception cref="ArgumentException">The path has another extension.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="TensorFileException">The file is damaged or does not fit the module. The module is then unchanged.</exception>
    public static void Load(string path, nn.Module module)
    {
        using var scope = NewDisposeScope();
        using var unrecorded = no_grad();
        var saved = Load(path);
        var state = module.state_dict();
        const string parallel = "module.";
        if (saved.Count > 0 && saved.Keys.All(name => name.StartsWith(parallel, StringComparison.Ordinal)) && !state.Keys.Any(saved.ContainsKey))
        {
            saved = saved.ToDictionary(entry => entry.Key[parallel.Length..], entry => entry.Value);
            NotebookHost.Display($"{path}: all names begin with '{parallel}', as DataParallel saves them. They were read without it.");
        }
        var names = state.Keys.Except(saved.Keys).Select(name => $"'{name}' is missing")
            .Concat(saved.Keys.Except(state.Keys).Select(name => $"'{name}' is not in the module"));
        var shapes = from name in state.Keys.Intersect(saved.Keys)
                     let want = state[name]
                     let have = saved[name]
                     where !want.shape.SequenceEqual(have.shape) || (want.dtype != have.dtype && !Contains(want.dtype, have.dtype))
                     select $"'{name}' is {Describe(have)}, the module has {Describe(want)}";
        var wrong = names.Concat(shapes).ToList();
        if (wrong.Count > 0)
            throw new TensorFileException(path, $"does not fit {module.GetName()}: {string.Join("; ", wrong.Take(5))}"
                + (wrong.Count > 5 ? $"; and {wrong.Count - 5} more" : "")
                + ". Build the module with the sizes it was saved with. Nothing was loaded.");
        foreach (var (name, tensor) in state)
            tensor.copy_(saved[name]);
        var widened = state.Where(entry => entry.Value.dtype != saved[entry.Key].dtype)
            .GroupBy(entry => $"{saved[entry.Key].dtype} in the file and {entry.Value.dtype} in the module").ToList();
        if (widened.Count > 0)
            NotebookHost.Display($"{path}: {string.Join("; ", widened.Select(group => $"{group.Count()} of {state.Count} tensors are {group.Key}"))}. "
                + "They were converted; the values are as exact as the file's.");
    }

    private static bool IsPyTorch(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".pth" or ".pt" => true,
        ".safetensors" => false,
        var other => throw new ArgumentException($"{path}: weights are in files that end in .safetensors, .pth or .pt, found '{other}'.", nameof(path)),
    };

    // Whether each value of one floating-point type is a value of the other.
    private static bool Contains(ScalarType wide, ScalarType narrow) => (wide, narrow) is
        (ScalarType.Float32, ScalarType.Float16 or ScalarType.BFloat16)
        or (ScalarType.Float64, ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16);

    private static string Describe(Tensor tensor) => $"{tensor.dtype} {ShapeText.Of(tensor.shape)}";
}
