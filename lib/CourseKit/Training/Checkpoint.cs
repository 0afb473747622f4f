using System.IO.Hashing;
using System.Text;
using CourseKit.Display;
using CourseKit.Files;
using CourseKit.Native;
using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>
/// Where a training keeps its state, so that it can go on after the process has ended: <c>trainer.Train(20_000, checkpoint: "gan.ckpt")</c>. When the same
/// cell runs again, the training goes on from there, and ends at the same bits as one that was never interrupted. If the networks, the settings, the data
/// or the random numbers before the training have changed, it begins anew and says so. One that is finished gives back its networks, history and pictures.
/// </summary>
/// <remarks>
/// The file is a safetensors file, with a checksum. The one before is kept beside it, as <c>gan.ckpt.previous</c>. Elapsed times are
/// those of the computing, without the break. A GPU's random numbers cannot be
/// saved. So on a GPU, torch is seeded anew at each checkpoint, and only trainings with the same <paramref name="Every"/> end at the same bits.
/// </remarks>
/// <param name="Path">The file. Each training needs its own.</param>
/// <param name="Every">After how many updates the state is saved. It is also saved after the last one.</param>
public sealed record Checkpoint(string Path, long Every = 500)
{
    private const string Checksum = "checksum", Fingerprint = "fingerprint", Version = "version", Random = "random numbers";
    private const long ThisVersion = 1;

    /// <summary>A checkpoint after every 500 updates.</summary>
    /// <param name="path">The file.</param>
    public static implicit operator Checkpoint(string path) => new(path);

    /// <summary>A checkpoint after every 500 updates.</summary>
    /// <param name="path">The file.</param>
    public static Checkpoint FromString(string path) => path;

    /// <summary>Takes a training up where the file left it, if the file is of this very training.</summary>
    /// <param name="settings">All settings of the training, in words.</param>
    /// <param name="networks">The networks that learn, as they are before the training, each with an input that it takes.</param>
    /// <param name="data">What is learnt from.</param>
    /// <param name="parts">Whose state is kept.</param>
    /// <exception cref="TensorFileException">The file is damaged, or of a newer version. Nothing has changed.</exception>
    internal Saving Open(string settings, IEnumerable<(nn.Module<Tensor, Tensor> Network, Tensor Input)> networks, Tensor data, params IEnumerable<ICheckpointed?> parts)
    {
        TrainingCheck.Number(nameof(Every), Every, least: 1);
        using var scope = NewDisposeScope();
        var saving = new Saving(this, FingerprintOf(settings, networks, data), [.. parts.OfType<ICheckpointed>()]);
        // A process that ended while it saved has put the last file aside and not finished the new one.
        var found = File.Exists(Path) ? Path : Previous;
        if (!File.Exists(found))
            return saving;
        var saved = SafeTensors.Load(found);
        if (!saved.TryGetValue(Version, out var version) || !saved.TryGetValue(Checksum, out var checksum) || !saved.TryGetValue(Fingerprint, out var fingerprint)
            || !saved.TryGetValue(Random, out var random))
            throw new TensorFileException(found, "is no checkpoint of a training. Give another file name, or delete the file to begin anew.");
        if (version.NumberOfElements == 1 && version.to_type(ScalarType.Int64).item<long>() is > ThisVersion and var newer)
            throw new TensorFileException(found, $"is a checkpoint of version {newer}, this library reads {ThisVersion}. Use the newer library, or another file name.");
        if (!checksum.bytes.SequenceEqual(ChecksumOf(saved)))
            throw new TensorFileException(found, $"has been changed or damaged. The state before is in {Previous}: rename that, or delete both files to begin anew.");
        if (!fingerprint.bytes.SequenceEqual(saving.Fingerprint))
        {
            NotebookHost.Display($"{found} is of a training with other networks, settings, data or random numbers. This training begins anew.");
            return saving;
        }
        try
        {
            TrainingState.Restore(saved, saving.Parts);
        }
        catch (ArgumentException e)
        {
            throw new TensorFileException(found, $"does not fit this training: {e.Message}. Delete it to begin anew.", e);
        }
        Saving.SetRandom(random);
        return saving;
    }

    private string Previous => $"{Path}.previous";

    // What the training's end depends on. The networks' outputs tell what their parameters do not, e.g. which activations they have.
    private static byte[] FingerprintOf(string settings, IEnumerable<(nn.Module<Tensor, Tensor> Network, Tensor Input)> networks, Tensor data)
    {
        var hash = new XxHash3();
        hash.Append(Encoding.UTF8.GetBytes($"{settings} on {NativeBackend.Device}"));
        using (var own = new OwnRandomNumbers())
        {
            foreach (var (network, input) in networks)
            {
                var before = network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());
                foreach (var (name, tensor) in before)
                {
                    hash.Append(Encoding.UTF8.GetBytes($"{name} {ShapeText.Of(tensor)}"));
                    Append(hash, tensor);
                }
                using var noGrad = no_grad();
                manual_seed(1);
                Append(hash, network.forward(input)); // in its own mode, so dropout and batch normalisation count as well
                network.load_state_dict(before);
            }
        }
        Append(hash, data);
        Append(hash, get_rng_state());
        return hash.GetCurrentHash();
    }

    private static byte[] ChecksumOf(IReadOnlyDictionary<string, Tensor> tensors)
    {
        var hash = new XxHash3();
        foreach (var (name, tensor) in tensors.Where(entry => entry.Key != Checksum).OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            hash.Append(Encoding.UTF8.GetBytes($"{name} {tensor.dtype} {ShapeText.Of(tensor)}"));
            Append(hash, tensor);
        }
        return hash.GetCurrentHash();
    }

    private static void Append(XxHash3 hash, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        if (tensor.NumberOfElements > 0)
            hash.Append(tensor.detach().cpu().contiguous().bytes);
    }

    /// <summary>Saves the state of a training that runs.</summary>
    internal sealed class Saving(Checkpoint checkpoint, byte[] fingerprint, IReadOnlyList<ICheckpointed> parts)
    {
        public byte[] Fingerprint => fingerprint;

        public IReadOnlyList<ICheckpointed> Parts => parts;

        /// <summary>Saves the state if it is due after this update.</summary>
        public void After(long update, long end)
        {
            if (update % checkpoint.Every != 0 && update != end)
                return;
            using var scope = NewDisposeScope();
            var tensors = TrainingState.Of(parts);
            tensors[Version] = tensor(ThisVersion);
            tensors[Checkpoint.Fingerprint] = tensor(fingerprint);
            tensors[Random] = GetRandom();
            foreach (var (name, tensor) in tensors)
                tensors[name] = tensor.cpu();
            tensors[Checksum] = tensor(ChecksumOf(tensors));
            if (File.Exists(checkpoint.Path))
                File.Move(checkpoint.Path, checkpoint.Previous, overwrite: true);
            SafeTensors.Save(checkpoint.Path, tensors);
        }

        public static void SetRandom(Tensor random)
        {
            if (random.dtype == ScalarType.Int64)
                manual_seed(random.item<long>());
            else
                set_rng_state(random);
        }

        private static Tensor GetRandom()
        {
            if (NativeBackend.Device.type == TorchSharp.DeviceType.CPU)
                return get_rng_state();
            var seed = randint(long.MaxValue, [1]);
            SetRandom(seed);
            return seed;
        }
    }
}
