using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>The snapshots of a GAN's training, of which each discriminator can score each other's images.</summary>
/// <param name="discriminator">D.</param>
/// <param name="images">The real images, (N, C, H, W). The snapshots' are of their shape and on their device.</param>
internal sealed class GanSnapshots(nn.Module<Tensor, Tensor> discriminator, Tensor images) : IDisposable
{
    /// <summary>Images of a snapshot.</summary>
    public const int Size = 256;

    private readonly List<GanSnapshot> all = [];

    public IReadOnlyList<GanSnapshot> All => all;

    /// <summary>Keeps images, (256, C, H, W), which it owns from here on, and a copy of D's present parameters.</summary>
    public void Add(long update, Tensor made) => all.Add(new(update, made.DetachFromDisposeScope(),
        CopyOf(discriminator).ToDictionary(entry => entry.Key, entry => entry.Value.DetachFromDisposeScope())));

    /// <summary>See <see cref="GanTrainer.Tournament"/>.</summary>
    public double[,] Tournament(params Tensor[] others)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var present = CopyOf(discriminator);
        Tensor[] columns = [.. all.Select(snapshot => snapshot.Images), .. others];
        var scores = new double[all.Count, columns.Length];
        try
        {
            for (var i = 0; i < all.Count; i++)
            {
                discriminator.load_state_dict(all[i].Discriminator);
                for (var j = 0; j < columns.Length; j++)
                    scores[i, j] = Probability(discriminator.forward(columns[j]));
            }
        }
        finally
        {
            discriminator.load_state_dict(present);
        }
        return scores;
    }

    /// <summary>The snapshots in a checkpoint: one tensor for all images, and one for each parameter of D.</summary>
    public void Exchange(TrainingState state)
    {
        var moments = all.ConvertAll(snapshot => snapshot.Update);
        state.Rows("snapshots", moments, 1, moment => [moment], row => (long)row[0]);
        Dictionary<string, Tensor> states = [];
        Tensor? made = null;
        long[] shape = [Size, .. images.shape[1..]];
        state.Value("snapshots of G", () => Stacked(all.Select(snapshot => snapshot.Images), shape), [-1, .. shape], saved => made = saved);
        foreach (var (name, tensor) in discriminator.state_dict())
            state.Value($"snapshots of D/{name}", () => Stacked(all.Select(snapshot => snapshot.Discriminator[name]), tensor.shape, tensor.dtype), [-1, .. tensor.shape], saved => states[name] = saved);
        if (!state.Takes)
            return;
        Dispose();
        all.AddRange(moments.Select((moment, i) => new GanSnapshot(moment, Own(made!, i), states.ToDictionary(entry => entry.Key, entry => Own(entry.Value, i)))));
        foreach (var saved in states.Values.Append(made!))
            saved.Dispose();

        static Tensor Stacked(IEnumerable<Tensor> tensors, long[] shape, ScalarType type = ScalarType.Float32) =>
            cat([zeros([0, .. shape], type), .. tensors.Select(tensor => tensor.unsqueeze(0))]);
        Tensor Own(Tensor saved, long i) => saved[i].clone().to(images.device).DetachFromDisposeScope();
    }

    /// <summary>Forgets the snapshots and frees their tensors.</summary>
    public void Dispose()
    {
        foreach (var tensor in all.SelectMany(snapshot => snapshot.Discriminator.Values.Append(snapshot.Images)))
            tensor.Dispose();
        all.Clear();
    }

    /// <summary>Mean probability, in [0, 1], with which D calls images real that have these logits.</summary>
    public static double Probability(Tensor logits)
    {
        using var scope = NewDisposeScope();
        return logits.sigmoid().mean().item<float>();
    }

    private static Dictionary<string, Tensor> CopyOf(nn.Module module) =>
        module.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());
}
