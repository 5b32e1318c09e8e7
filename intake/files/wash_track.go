package files

// playedTracks are the handlers of tracks that a citizen means to send. Other
// tracks (telemetry with coordinates, timed metadata) are blanked.
var playedTracks = map[string]bool{
	"vide": true, "soun": true, "pict": true, "auxv": true, "sbtl": true, "subt": true, "text": true, "hint": true, "clcp": true,
}

// samplesMax bounds the samples of one telemetry track.
const samplesMax = 2_000_000

// track blanks the samples of a track that carries neither picture, sound nor
// subtitles: action cameras and telephones keep the path of the camera there.
func (m *mediaWash) track(trak box) error {
	parts, err := m.find(trak, "mdia", "minf", "stbl")
	if err != nil {
		return err
	}
	hdlr, ok := parts["hdlr"]
	if !ok {
		return broken("media: track without a handler")
	}
	p, err := m.r.content(hdlr)
	if err != nil {
		return err
	}
	if len(p) < 12 {
		return broken("media: short handler box")
	}
	if playedTracks[string(p[8:12])] {
		return nil
	}
	m.note(RemovedTelemetry)
	return m.blankSamples(parts)
}

// find collects the boxes below b, going into the named containers.
func (m *mediaWash) find(b box, into ...string) (map[string]box, error) {
	kids, err := m.r.children(b.body, b.end)
	if err != nil {
		return nil, err
	}
	out := map[string]box{}
	for _, k := range kids {
		out[k.kind] = k
		if len(into) > 0 && k.kind == into[0] {
			below, err := m.find(k, into[1:]...)
			if err != nil {
				return nil, err
			}
			for kind, b := range below {
				out[kind] = b
			}
		}
	}
	return out, nil
}

// blankSamples adds a patch for each chunk of the track.
func (m *mediaWash) blankSamples(parts map[string]box) error {
	sizes, err := m.sampleSizes(parts["stsz"])
	if err != nil {
		return err
	}
	offsets, err := m.chunkOffsets(parts)
	if err != nil {
		return err
	}
	runs, err := m.chunkRuns(parts["stsc"])
	if err != nil {
		return err
	}
	sample, run := 0, 0
	for i, at := range offsets {
		for run+1 < len(runs) && runs[run+1].first <= int64(i)+1 {
			run++
		}
		n := int64(0)
		for range runs[run].samples {
			if sample == len(sizes) {
				break
			}
			n += sizes[sample]
			sample++
		}
		if !m.holds(at, n) {
			return broken("media: samples outside of the data")
		}
		m.patches = append(m.patches, patch{at: at, n: n})
	}
	return nil
}

func (m *mediaWash) sampleSizes(stsz box) ([]int64, error) {
	p, err := m.r.content(stsz)
	if err != nil {
		return nil, err
	}
	f := &fields{b: p}
	f.u(4)
	same, count := f.u(4), f.u(4)
	if f.short || count > samplesMax {
		return nil, broken("media: sample sizes")
	}
	sizes := make([]int64, count)
	for i := range sizes {
		if sizes[i] = same; same == 0 {
			sizes[i] = f.u(4)
		}
	}
	if f.short {
		return nil, broken("media: sample sizes")
	}
	return sizes, nil
}

func (m *mediaWash) chunkOffsets(parts map[string]box) ([]int64, error) {
	b, width := parts["stco"], 4
	if wide, ok := parts["co64"]; ok {
		b, width = wide, 8
	}
	p, err := m.r.content(b)
	if err != nil {
		return nil, err
	}
	f := &fields{b: p}
	f.u(4)
	var offsets []int64
	for range f.u(4) {
		offsets = append(offsets, f.u(width))
		if f.short {
			return nil, broken("media: chunk offsets")
		}
	}
	return offsets, nil
}

// chunkRun says how many samples each chunk from first on has.
type chunkRun struct{ first, samples int64 }

func (m *mediaWash) chunkRuns(stsc box) ([]chunkRun, error) {
	p, err := m.r.content(stsc)
	if err != nil {
		return nil, err
	}
	f := &fields{b: p}
	f.u(4)
	runs := []chunkRun{{}}
	for range f.u(4) {
		r := chunkRun{first: f.u(4), samples: f.u(4)}
		f.u(4)
		if f.short || r.samples > samplesMax {
			return nil, broken("media: chunk table")
		}
		runs = append(runs, r)
	}
	return runs, nil
}
